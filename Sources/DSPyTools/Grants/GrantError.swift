/// An `--allow` value that says nothing, and what to write instead.
package struct GrantError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What was found, and what was expected.
    package let message: String

    /// The message.
    package var description: String { message }
}
