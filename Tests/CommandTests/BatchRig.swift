import Synchronization
import TestSupport
#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A mock model server, and the flags that lead the tool to it.
final class BatchRig: Sendable {
    /// Whether the long tests run at full size: `DSPY_FULL_BATCH` is set.
    static let isFullSize = Golden.environment("DSPY_FULL_BATCH") != nil
    /// Whether rules about time count, for a quiet machine with nothing beside: `DSPY_TIMED_BATCH` is set.
    static let isTimed = Golden.environment("DSPY_TIMED_BATCH") != nil

    /// The process to send signals to, for a test to note.
    let pid = Mutex<pid_t>(0)

    /// The server.
    let server: MockModelServer

    /// A server whose answers take so long, changed as a test wants it.
    init(delay: Duration = .zero, _ change: (inout MockModelServer.Options) -> Void = { _ in }) throws {
        var options = MockModelServer.Options()
        options.latency = delay
        change(&options)
        server = try MockModelServer(options)
    }

    /// The questions in the order in which requests came.
    var ledger: [String] { server.ledger }

    /// What to give the tool.
    var flags: [String] { ["--lm", "openai/any", "--api-base", server.address, "--no-cache"] }

    /// Stops listening.
    func stop() { server.stop() }
}
