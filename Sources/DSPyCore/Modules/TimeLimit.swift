import Basics
/// A module that may take so long and no longer.
public struct TimeLimit: Module {
    /// What runs.
    public var module: any Module
    /// How many seconds it may take.
    public var seconds: Double
    private let clock: any Clock<Duration>

    /// A limit.
    public init(_ module: any Module, seconds: Double, clock: any Clock<Duration> = ContinuousClock()) {
        self.module = module
        self.seconds = seconds
        self.clock = clock
    }

    /// The module, which keeps its own name.
    public var submodules: [(name: String, module: any Module)] { [("", module)] }

    /// Runs the module; when time is up, its work is cancelled.
    ///
    /// - Throws: `LMError` of the code `timeout` when time is up; what the module throws.
    public func forward(_ inputs: ValueDict, in context: RunContext) async throws -> Prediction {
        let late = LMError(.timeout, "the node took more than \(Value.float(seconds).shortNumber) s")
        return try await Deadline.run(.bounded(seconds: seconds), clock: clock, else: late) {
            try await module.call(inputs, in: context)
        }
    }
}

extension Value {
    /// A float without a fraction as an int, `5` for `5.0`.
    fileprivate var shortNumber: String {
        let text = pythonString
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }
}
