/// A command line that cannot be understood.
package struct UsageError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What was found and what was expected, in one lower-case clause.
    package var message: String
    /// The command whose help tells more, as it is typed; empty for none.
    package var command: String

    package init(_ message: String, command: String = "") {
        self.message = message
        self.command = command
    }

    /// The message, and where to read on.
    package var description: String {
        command.isEmpty ? message : "\(message) (see '\(command) --help')"
    }
}
