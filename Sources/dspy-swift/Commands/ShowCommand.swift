import DSPyProgram
import Platform
import Console
import DSPyCore
import DSPySpec
import OrderedJSON

/// `show`: the prompts of a program, its inputs and outputs, its graph; no network.
enum ShowCommand: Command {
    static let table = FlagTable(
        program: CommandLineTool.name,
        name: "show", summary: "show a program's prompts, graph or schema; calls nothing",
        usage: ["dspy-swift show PROGRAM [INPUT]... [OPTION]..."],
        discussion: [
            "Prints the messages of each step exactly as they would be sent with the given inputs. Values that only a run can "
                + "know stand as {name}."
        ],
        examples: [
            .init("", "dspy-swift show qa.json question=\"What is 2+2?\""),
            .init("a request to send by hand", "dspy-swift show qa.json question=hi --format curl"),
        ],
        positionals: [
            Positional("PROGRAM", help: "a program file, a folder, `-`, or a signature"),
            Positional("INPUT", isOptional: true, isRepeated: true, help: "an input, NAME=TEXT or NAME:=JSON"),
        ],
        flags: [
            Flag("input", short: "i", value: .required("FILE"), help: "a JSON object with the inputs"),
            Flag(
                "format", value: .required("FORMAT"), choices: ["text", "json", "curl"], defaultText: "text",
                help: "how the messages are printed"),
            Flag(
                "graph", value: .optional("FORM", implied: "text"), choices: ["text", "mermaid"],
                help: "draw the steps and what flows between them"),
            Flag("schema", help: "print the JSON Schema of the inputs and outputs"),
        ] + CommonFlags.signature + CommonFlags.model + CommonFlags.talk)

    static func run(_ arguments: ParsedArguments) async throws {
        let messages = Messages(arguments)
        guard let source = arguments.positionals.first else { throw arguments.table.failure("which program?") }
        var files = FileRoles(arguments)
        let program = try ProgramSource.load(
            source, messages, &files, try SignatureDetails(arguments, of: [source]))
        try files.check(arguments)
        if arguments.bool("schema") {
            try Output.standard.writeLine(try ProgramSchema.schema(of: program).text(.pythonIndented(2)))
            return
        }
        if let form = arguments.string("graph") {
            try Output.standard.write(form == "mermaid" ? ProgramGraph.mermaid(program) : ProgramGraph.text(program))
            return
        }
        let inputs = try InputArguments(program, arguments.table).read(
            Array(arguments.positionals.dropFirst()), file: arguments.string("input"), mayBeIncomplete: true)
        let settings = try RunSettings(arguments, messages, calls: .none)
        let preview = PromptPreview(ModelChoice(settings, messages: messages.run))
        switch arguments.string("format") {
        case "json"?: try Output.standard.writeLine(try preview.json(program, inputs).text(.pythonIndented(2)))
        case "curl"?: try Output.standard.write(try preview.curl(program, inputs))
        default: try Output.standard.write(try preview.text(program, inputs))
        }
    }
}
