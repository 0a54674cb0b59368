import Basics
import OrderedJSON

/// A module that is tried again after a failure that may pass.
public struct Retry: Module {
    /// What runs.
    public var module: any Module
    /// How many further attempts follow the first.
    public var attempts: Int
    /// How many seconds lie between two attempts.
    public var wait: Double
    private let clock: any Clock<Duration>

    /// A module with further attempts.
    public init(
        _ module: any Module, attempts: Int, wait: Double = 0, clock: any Clock<Duration> = ContinuousClock()
    ) {
        self.module = module
        self.attempts = attempts
        self.wait = wait
        self.clock = clock
    }

    /// The module, which keeps its own name.
    public var submodules: [(name: String, module: any Module)] { [("", module)] }

    /// Runs the module until it answers, fails for good, or no attempt is left.
    public func forward(_ inputs: ValueDict, in context: RunContext) async throws -> Prediction {
        var made = 0
        var attempt = context
        while true {
            do {
                return try await module.call(inputs, in: attempt)
            } catch {
                guard made < attempts, Self.mayPass(error), !Task.isCancelled else { throw error }
                made += 1
                // A cache would give the same answer again. Attempts of `BestOfN` differ in the lower digits.
                attempt.lmOptions["rollout_id"] = .int((context.lmOptions["rollout_id"]?.int ?? 0) &+ made &* 1000)
                context.warn("retry \(made) of \(attempts): \(error)")
                if wait > 0 { try await clock.sleep(for: .bounded(seconds: wait)) }
            }
        }
    }

    /// Whether the same call may succeed later: what a model's client would try again, an answer that could not be
    /// read, a tool that failed.
    public static func mayPass(_ error: any Error) -> Bool {
        switch error {
        case let error as LMError: error.isRetryable
        case is AdapterParseError, is ThreadError: true
        case let error as ToolError: error.reason == .failed
        default: false
        }
    }
}
