import Platform
import Console

/// `help`: the help of the program or of one command.
enum HelpCommand: Command {
    static let table = FlagTable(
        program: CommandLineTool.name,
        name: "help", summary: "show help on the program or on a command",
        positionals: [Positional("COMMAND", isOptional: true, help: "a command's name")],
        flags: [Flag("markdown", isHidden: true, help: "print the help of all commands as docs/commands.md holds it")])

    static func run(_ arguments: ParsedArguments) async throws {
        if arguments.bool("markdown") {
            try Output.standard.write(CommandLineTool.table.markdown())
            return
        }
        let width = Terminal.columns(1)
        guard let name = arguments.positionals.first else {
            try Output.standard.write(CommandLineTool.table.help(width: width))
            return
        }
        try Output.standard.write(try CommandLineTool.table.command(name).help(width: width))
    }
}
