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

    /// An error.
    public init(_ reason: Reason, _ message: String) {
        self.reason = reason
        self.message = message
    }

    /// The message.
    public var description: String { message }
}
