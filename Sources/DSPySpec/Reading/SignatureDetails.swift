/// What is said of a bare signature beside its string, where it stands for a whole program.
package struct SignatureDetails: Sendable, Hashable {
    /// The module; nil for `Predict`.
    package var module: ModuleKind?
    /// The task in words; nil for DSPy's default.
    package var instructions: String?

    package init(module: ModuleKind? = nil, instructions: String? = nil) {
        self.module = module
        self.instructions = instructions
    }
}
