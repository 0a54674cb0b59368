import DSPyProgram
import Platform
import Console
import DSPyCore
import DSPySpec
import OrderedJSON

/// `new`: a program file to start from.
enum NewCommand: Command {
    static let table = FlagTable(
        program: CommandLineTool.name,
        name: "new", summary: "write a new program file",
        usage: ["dspy-swift new NAME -s 'question -> answer' [--module MODULE]"],
        examples: [
            .init("", "dspy-swift new triage -s \"ticket -> severity: Literal['low', 'high'], tags: list[str]\"")
        ],
        positionals: [
            Positional("NAME", help: "the program's name; NAME.json is written, or NAME itself if it ends in .json")
        ],
        flags: [
            Flag("signature", short: "s", value: .required("SIGNATURE"), help: "what the program asks"),
            Flag(
                "module", value: .required("MODULE"), choices: ["Predict", "ChainOfThought"], defaultText: "Predict",
                help: "the module"),
            Flag("lm", short: "m", value: .required("MODEL"), help: "the model, provider/model"),
            Flag("force", help: "overwrite a file that exists"),
        ])

    static func run(_ arguments: ParsedArguments) async throws {
        guard let name = arguments.positionals.first, arguments.positionals.count == 1, !name.isEmpty else {
            throw arguments.table.failure("give one name")
        }
        guard let signature = arguments.string("signature") else {
            throw arguments.table.failure("give a signature, -s 'question -> answer'")
        }
        let path = name.hasSuffix(".json") ? name : name + ".json"
        let stem = PythonString.split(String(path.dropLast(5)), at: "/").last ?? ""
        guard !stem.isEmpty else { throw arguments.table.failure("'\(name)' has no file name before .json") }
        var files = FileRoles()
        files.add("the new program", path, .written)
        try files.check(arguments)
        let loaded = SpecLoader(files: ProgramSource.files()).load(signature: signature)
        guard let program = loaded.program else {
            try ProgramSource.tell(loaded.diagnostics, Terminal(descriptor: 2).style)
            throw Failure(.data)
        }
        var object: JSONObject = ["name": .string(Self.programName(stem))]
        if let lm = arguments.string("lm") { object["lm"] = .string(lm) }
        if let module = arguments.string("module") { object["module"] = .string(module) }
        object["signature"] = .string(signature)
        guard arguments.bool("force") || !FileReading.exists(path) else {
            throw Failure(.exists, "\(path) exists; --force overwrites it")
        }
        let bytes = Array(JSON.object(object).text().utf8)
        guard case .success(let text) = SpecFormatter.format(bytes, name: path) else {
            throw Failure(.failed, "\(path): cannot be written as a program")
        }
        try FileWriting.replace(path, with: Array(text.utf8))
        let inputs = program.inputs.map { "\($0.name)=…" }.joined(separator: " ")
        try Output.standard.writeLine(
            """
            wrote \(path); next:
              dspy-swift check \(path)
              dspy-swift show \(path) \(inputs)
              dspy-swift run \(path) \(inputs)
            """)
    }

    /// The file's name as a program's: `1st try` is `_1st_try`.
    private static func programName(_ stem: String) -> String {
        let name = String(
            stem.unicodeScalars.map { PythonString.isIdentifierPart($0) || $0 == "-" ? Character($0) : "_" })
        return name.unicodeScalars.first.map(PythonString.isIdentifierStart) == true ? name : "_" + name
    }
}
