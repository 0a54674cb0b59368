import Platform
import Console
import DSPySpec
import OrderedJSON

/// `schema`: the JSON Schema of program files, for editors.
enum SchemaCommand: Command {
    static let table = FlagTable(
        program: CommandLineTool.name,
        name: "schema", summary: "print the JSON Schema of program files, for editors",
        examples: [.init("", "dspy-swift schema > dspy-swift.schema.json")])

    static func run(_ arguments: ParsedArguments) async throws {
        guard arguments.positionals.isEmpty else { throw arguments.table.failure("schema takes no arguments") }
        try Output.standard.writeLine(SpecSchema.schema.text(.pythonIndented(2)))
    }
}
