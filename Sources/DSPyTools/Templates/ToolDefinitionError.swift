/// A tool that cannot be built, and which part of its definition is at fault.
package struct ToolDefinitionError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The part: `command`, `stdin`, `http`, `headers`, `body`, `select`, `args`, ….
    package let part: String
    /// Which item of that part, if it has several.
    package let index: Int?
    /// What was found, and what was expected.
    package let message: String

    package init(_ part: String, index: Int? = nil, _ message: String) {
        self.part = part
        self.index = index
        self.message = message
    }

    package var description: String { message }
}
