/// A module with another one for when it fails.
public struct Fallback: Module {
    /// What runs.
    public var module: any Module
    /// What runs with the same inputs when the first one fails.
    public var other: Pipeline.Step

    /// A module and what stands in for it.
    public init(_ module: any Module, other: Pipeline.Step) {
        self.module = module
        self.other = other
    }

    /// The module, which keeps its own name, and `fallback`.
    public var submodules: [(name: String, module: any Module)] { [("", module), ("fallback", other.module)] }

    /// Runs the module, and the other one after any failure but a cancellation.
    public func forward(_ inputs: ValueDict, in context: RunContext) async throws -> Prediction {
        do {
            return try await module.call(inputs, in: context)
        } catch {
            if error is CancellationError || Task.isCancelled { throw error }
            context.warn("fallback: \(error)")
            return try await other.run(in: Scope(inputs), as: "fallback", context)
        }
    }
}
