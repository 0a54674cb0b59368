import Basics
/// A step or a whole program: inputs by name in, a prediction out.
///
/// - Source: dspy/primitives/module.py (3.4.1).
public protocol Module: Sendable {
    /// Answers the inputs.
    ///
    /// - Throws: `ModuleError`, `LMError`, `AdapterParseError`, `AdapterFormatError`, `CancellationError`.
    func forward(_ inputs: ValueDict, in context: RunContext) async throws -> Prediction

    /// The modules inside, by DSPy's names (`predict1`, `steps[0]`); by default those among the stored properties.
    var submodules: [(name: String, module: any Module)] { get }

    /// What it gives its predictors at the first call beside its own inputs, as a preview shows it.
    var ownInputs: ValueDict { get }
}

extension Module {
    /// Nothing.
    public var ownInputs: ValueDict { [:] }
}

extension Module {
    /// DSPy's `acall`: one run with a count of its own, which the prediction carries when `track_usage` is on.
    ///
    /// What it uses counts in the context's tracker as well, so that a module may `acall` others inside `forward`: its own
    /// prediction carries the sum.
    public func acall(_ inputs: ValueDict, in context: RunContext) async throws -> Prediction {
        var context = context
        context.usage = UsageTracker(parent: context.usage)
        var prediction = try await call(inputs, in: context)
        if context.settings.trackUsage { prediction.usage = context.usage.byModel }
        return prediction
    }

    /// DSPy's `program(…)`: blocks the calling thread until the answer is there; one call at a time, in program order.
    ///
    /// Not for use inside a task: it would hold a thread of the cooperative pool.
    @available(*, noasync, message: "use acall")
    public func callAsFunction(_ inputs: ValueDict, in context: RunContext) throws -> Prediction {
        var context = context
        context.isSequential = true
        let sequential = context
        return try BlockingBridge.run { try await self.acall(inputs, in: sequential) }
    }
}

/// A program that cannot go on, whatever the model says.
public struct ModuleError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The Python exception that DSPy raises.
    public var kind: String
    /// What was found, what was expected, what to do.
    public var message: String

    /// An error.
    public init(_ kind: String, _ message: String) {
        self.kind = kind
        self.message = message
    }

    /// The message.
    public var description: String { message }
}
