import Platform
import Console
import OrderedJSON

/// `version`: the version, and the DSPy whose prompts it writes.
enum VersionCommand: Command {
    static let table = FlagTable(
        program: CommandLineTool.name, name: "version", summary: "print the version", flags: [CommonFlags.json])

    static func run(_ arguments: ParsedArguments) async throws {
        if arguments.bool("json") {
            let version: JSON = ["dspy-swift": .string(CommandLineTool.version), "dspy": "3.4.1"]
            try Output.standard.writeLine(version.text(.python))
        } else {
            try Output.standard.writeLine("dspy-swift \(CommandLineTool.version) (prompts of DSPy 3.4.1)")
        }
    }
}
