import Basics
import Platform
import Console

/// The command line: finds the command, reads its flags, runs it, and turns what goes wrong into one message and a code.
enum CommandLineTool {
    /// How the program is called.
    static let name = "dspy-swift"
    /// This program's version.
    static let version = ToolVersion.text

    /// The commands in the order of the help.
    static let commands: [any Command.Type] = [
        RunCommand.self, BatchCommand.self, ServeCommand.self, CheckCommand.self, ShowCommand.self, FmtCommand.self,
        SchemaCommand.self,
        NewCommand.self, ToolCommand.self, ModelsCommand.self, CacheCommand.self, LocalCommand.self, DoctorCommand.self,
        HelpCommand.self, VersionCommand.self,
    ]

    /// All commands with their flags, which drive parsing, help and the documentation.
    static let table = CommandTable(
        program: name, summary: "runs declarative DSPy programs", commands: commands.map { $0.table },
        footer: [
            "",
            "Start without a file:  dspy-swift run 'question -> answer' question=\"…\" --lm local/smollm2-135m",
            "",
        ])

    /// Runs the command line; what goes to standard output is data only.
    static func run(_ arguments: [String]) async -> ExitCode {
        do {
            try await dispatch(arguments)
            return .ok
        } catch {
            return report(Failure(error))
        }
    }

    private static func dispatch(_ arguments: [String]) async throws {
        guard let first = arguments.first else {
            try Output.error.write(table.help(width: Terminal.columns(2)))
            throw Failure(.usage)
        }
        switch first {
        case "-h", "--help":
            try Output.standard.write(table.help(width: Terminal.columns(1)))
            return
        case "-V", "--version":
            try Output.standard.writeLine("dspy-swift \(version)")
            return
        default: break
        }
        let flags = try table.command(first)
        guard let command = commands.first(where: { $0.table.name == flags.name }) else { return }
        let parsed = try flags.parse(Array(arguments.dropFirst()), familiar: FamiliarFlags.table)
        if parsed.wantsHelp {
            try Output.standard.write(flags.help(width: Terminal.columns(1)))
            return
        }
        try await command.run(parsed)
    }

    private static func report(_ failure: Failure) -> ExitCode {
        guard let message = failure.message else { return failure.code }
        try? Output.error.writeLine("dspy-swift: \(message)")
        return failure.code
    }
}

/// One command.
protocol Command: SendableMetatype {
    /// Its name, arguments and flags.
    static var table: FlagTable { get }
    /// Does it.
    static func run(_ arguments: ParsedArguments) async throws
}
