import Basics
/// All commands of a program.
package struct CommandTable: Sendable {
    /// The program's name.
    package var program: String
    /// What it does, in one phrase without a full stop.
    package var summary: String
    /// The commands, in the order of the help; each knows the program.
    package private(set) var commands: [FlagTable]
    /// Lines at the end of the help.
    package var footer: [String]

    package init(program: String, summary: String, commands: [FlagTable], footer: [String] = []) {
        self.program = program
        self.summary = summary
        self.footer = footer
        self.commands = commands.map { command in
            var command = command
            command.program = program
            return command
        }
    }

    /// The command of a name.
    package func command(_ name: String) throws(UsageError) -> FlagTable {
        if let command = commands.first(where: { $0.name == name }) { return command }
        let names = commands.filter { !$0.isHidden }.map(\.name)
        throw UsageError("unknown command '\(name)'" + Spelling.hint(for: name, among: names), command: program)
    }

    /// The text of the program's own `--help`.
    package func help(width: Int = 80) -> String {
        var lines = ["\(program): \(summary)", "", "Usage: \(program) COMMAND [ARGUMENT]...", "", "Commands:"]
        lines += HelpText.columns(commands.filter { !$0.isHidden }.map { ($0.name, $0.summary) }, width: width)
        lines += ["", "See '\(program) COMMAND --help' for more about a command."]
        return (lines + footer).joined(separator: "\n") + "\n"
    }

    /// The pages of all visible commands in Markdown.
    package func markdown() -> String {
        commands.filter { !$0.isHidden }.map { $0.markdown() }.joined(separator: "\n")
    }
}
