/// Why a program cannot be run as things are; nothing was sent.
public struct ProgramError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What stands in the way.
    public enum Reason: Sendable, Hashable, CaseIterable {
        /// Whoever runs it asked for something that is not to be had.
        case usage
        /// The program, or a configuration file, is wrong.
        case data
        /// A file is not there.
        case noInput
        /// The system refuses.
        case io
        /// Something was not allowed.
        case notAllowed
        /// A key, a variable or a model is not configured.
        case notConfigured
    }

    /// What stands in the way.
    public let reason: Reason
    /// What was found and what to do.
    public let message: String
    /// What would have to be allowed: values of `allow:`, and of `--allow`.
    public let missing: [String]

    /// An error.
    public init(_ reason: Reason, _ message: String, missing: [String] = []) {
        self.reason = reason
        self.message = message
        self.missing = missing
    }

    /// The message, and what to allow.
    public var description: String {
        missing.isEmpty ? message : "\(message); allow it with `allow: \(missing)`"
    }
}
