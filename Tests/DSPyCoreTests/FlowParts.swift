import Basics
import DSPyCore
import Synchronization

extension Pipeline.Step {
    /// A step whose inputs have the names of the scope.
    static func of(_ module: any Module, _ names: String..., name: String? = nil) -> Pipeline.Step {
        Pipeline.Step(name: name, module: module, inputs: names.map { ($0, [$0]) })
    }
}

/// Keeps the lines that a run warns of.
final class WarningList: Sendable {
    private let kept = Mutex<[String]>([])

    var lines: [String] { kept.withLock { $0 } }
    var context: RunContext { RunContext(warn: { line in self.kept.withLock { $0.append(line) } }) }
}

/// Runs a blocking body on a thread of its own, so that it holds none of the pool that tasks need.
func onThread<Result: Sendable>(_ body: @escaping @Sendable () throws -> Result) async throws -> Result {
    try await withCheckedThrowingContinuation { continuation in
        _ = SystemThread.start { continuation.resume(with: .init(catching: body)) }
    }
}

extension LMMessage {
    /// The text, if it is plain.
    var text: String? { if case .text(let text) = content { text } else { nil } }
}
