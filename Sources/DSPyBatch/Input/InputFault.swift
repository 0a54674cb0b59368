/// Why no row of an input can be read: told once, before the first row.
package struct InputFault: Error, Sendable, Hashable {
    /// The line that shows it, from 1; nil where it is about the whole.
    package let line: Int?
    /// What was found, and what to do.
    package let message: String

    /// The whole of it for an input of a name.
    package func description(of input: String) -> String {
        line.map { "\(input), line \($0): \(message)" } ?? "\(input) \(message)"
    }
}
