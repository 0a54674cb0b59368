/// A process that could not be started.
package struct ProcessFailure: Error, CustomStringConvertible {
    /// The Python exception that would be raised: `FileNotFoundError`, `OSError`, ….
    package let kind: String
    /// What failed and why.
    package let description: String
}
