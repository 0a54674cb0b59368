/// An `--allow` value that says nothing, and what to write instead.
package struct GrantError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What was found, and what was expected.
    package let message: String

    package var description: String { message }
}
