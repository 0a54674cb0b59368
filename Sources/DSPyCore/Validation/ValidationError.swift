/// A value that does not fit a type: where inside the value, and what was expected.
public struct ValidationError: Error, Sendable, Hashable, CustomStringConvertible {
    /// Keys and positions from the outside in.
    public var path: [String]
    /// What was expected and found.
    public var message: String

    init(_ message: String, path: [String] = []) {
        self.path = path
        self.message = message
    }

    func inside(_ step: String) -> ValidationError {
        ValidationError(message, path: [step] + path)
    }

    /// `people.0.age: expected an int, found 'x'`.
    public var description: String {
        path.isEmpty ? message : "\(path.joined(separator: ".")): \(message)"
    }
}
