/// A process that could not be started.
struct ProcessFailure: Error, CustomStringConvertible {
    /// The Python exception that would be raised: `FileNotFoundError`, `OSError`, ….
    let kind: String
    /// What failed and why.
    let description: String
}
