import DSPyCore

extension TextTemplate: ExpressibleByStringLiteral {
    /// Reads a template without places for the environment; tests that want them write `TextTemplate(…)`.
    public init(stringLiteral text: String) { self.init(text) }
}
