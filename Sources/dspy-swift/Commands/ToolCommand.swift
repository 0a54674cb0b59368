import DSPyClients
import DSPyProgram
import Platform
import Basics
import Console
import DSPyCore
import DSPySpec
import DSPyTools
import OrderedJSON

/// `tool`: the tools of a program, by hand.
enum ToolCommand: Command {
    static let table = FlagTable(
        program: CommandLineTool.name,
        name: "tool", summary: "list the tools of a program, or call one",
        usage: [
            "dspy-swift tool list PROGRAM [--json]",
            "dspy-swift tool call PROGRAM NAME [ARG=TEXT | ARG=@FILE | ARG:=JSON | ARG:=@FILE]... [--allow WHAT]...",
        ],
        discussion: [
            "`list` tells the tools with their arguments and what each needs to be allowed. Servers are asked for theirs only "
                + "where they are allowed.",
            "`call` calls one tool as a model would, with the same checks, and prints its result: text as it is, anything "
                + "else as JSON. Exit code 1 when the tool fails, 77 when it is not allowed.",
        ],
        examples: [
            .init("", "dspy-swift tool list agent.json"),
            .init("", "dspy-swift tool call agent.json grep pattern=TODO limit:=3 --allow run:rg"),
        ],
        positionals: [
            Positional("ACTION", help: "`list` or `call`"), Positional("PROGRAM", help: "a program file or a folder"),
            Positional("NAME", isOptional: true, help: "call: the tool"),
            Positional("ARG", isOptional: true, isRepeated: true, help: "call: an argument, ARG=TEXT or ARG:=JSON"),
        ],
        flags: [CommonFlags.json] + CommonFlags.model + CommonFlags.call + [CommonFlags.force] + CommonFlags.allow
            + CommonFlags.talk)

    static func run(_ arguments: ParsedArguments) async throws {
        let messages = Messages(arguments)
        guard let action = arguments.positionals.first else { throw table.failure("list or call?") }
        guard ["list", "call"].contains(action) else {
            throw table.failure(
                "there is no 'tool \(action)'" + Spelling.hint(for: action, among: ["list", "call"]))
        }
        guard arguments.positionals.count > 1 else { throw table.failure("which program?") }
        let source = arguments.positionals[1]
        var files = FileRoles(arguments)
        let program = try ProgramSource.load(source, messages, &files)
        try files.check(arguments)
        if action == "list" {
            guard arguments.positionals.count == 2 else { throw table.failure("'tool list' takes one program") }
            try await list(program, ProgramSource.folder(of: source), arguments)
        } else {
            try await call(program, ProgramSource.folder(of: source), arguments, messages)
        }
    }

    // MARK: List

    private static func list(_ program: CheckedProgram, _ folder: String, _ arguments: ParsedArguments) async throws {
        let grants = try RunSettings.grants(arguments, try Configuration.read())
        var listing: [JSON] = []
        for spec in program.tools {
            let maker = ToolMaker(spec, folder: folder, grants: grants) { Environment.value($0) }
            let capability = try maker.capability()
            let isAllowed = capability.map { grants.allows($0) } ?? true
            var tools: [Tool] = []
            if let client = try maker.client() {
                if isAllowed {
                    do { tools = try await client.tools() } catch {
                        await client.close()
                        throw error
                    }
                    await client.close()
                }
            } else if case .program = spec.kind {
                tools = program.ownTools.filter { $0.spec == spec }.compactMap {
                    $0.program.map { described(spec, $0) }
                }
            } else {
                tools = [try maker.tool()]
            }
            let bound = spec.bound.map(\.name)
            var entry: JSONObject = ["name": .string(spec.name), "kind": .string(spec.kind.name)]
            entry["needs"] = capability.map { .string($0.word) } ?? .null
            entry["allowed"] = .bool(isAllowed)
            entry["tools"] = .array(
                tools.map { tool in
                    let shown = JSONObject(tool.description.arguments.members.filter { !bound.contains($0.key) })
                    return [
                        "name": .string(tool.name), "description": tool.purpose.map { .string($0) } ?? .null,
                        "args": .object(shown),
                    ]
                })
            listing.append(.object(entry))
        }
        if arguments.bool("json") {
            return try Output.standard.writeLine(JSON.array(listing).text(.pythonIndented(2)))
        }
        for entry in listing { try Output.standard.write(text(entry)) }
    }

    /// A program as a tool, without what runs it.
    private static func described(_ spec: ToolSpec, _ program: CheckedProgram) -> Tool {
        Tool(
            name: spec.name, purpose: spec.description ?? program.description,
            arguments: program.arguments.map {
                Tool.Argument(
                    $0.name, $0.type, defaultValue: $0.isOptional ? Value.null : nil, description: $0.description)
            }, body: .sync { _ in .null })
    }

    private static func text(_ entry: JSON) -> String {
        let needs = entry["needs"]?.string.map { word in
            entry["allowed"] == true
                ? " (allowed: \(ShownText.word(word)))" : " (needs --allow \(ShownText.word(word)))"
        }
        let name = entry["name"]?.string ?? ""
        var lines = ["\(name): \(entry["kind"]?.string ?? "")\(needs ?? "")"]
        for tool in entry["tools"]?.array ?? [] {
            let own = tool["name"]?.string ?? ""
            let arguments = (tool["args"]?.object ?? [:]).members.map { key, schema in
                let type = schema["type"].map { Value($0).pythonString } ?? "any"
                return "\(key): \(type)" + (schema["default"].map { " = \($0.text(.python))" } ?? "")
            }
            lines.append("  \(own)(\(arguments.joined(separator: ", ")))")
            if let purpose = tool["description"]?.string {
                lines += purpose.split(separator: "\n").map { "    \($0)" }
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    // MARK: Call

    private static func call(
        _ program: CheckedProgram, _ folder: String, _ arguments: ParsedArguments, _ messages: Messages
    ) async throws {
        guard arguments.positionals.count > 2 else { throw table.failure("which tool?") }
        let name = arguments.positionals[2]
        let settings = try RunSettings(arguments, messages)
        var models = ModelChoice(settings, program: program.settings, messages: messages.run)
        let first = name.split(separator: ".").first.map(String.init) ?? name
        let entry = program.tools.contains { $0.name == first } ? first : nil
        // Only a tool that is a program asks a model.
        let asked = program.ownTools.first { $0.spec.name == first }?.program
        var permission = Permission(settings.grants, messages.run)
        try permission.ask(
            for: try (asked.map { try models.needs(of: $0) } ?? [])
                + ToolNeeds.needs(of: program, folder: folder, only: entry), tells: entry == nil)
        models.grants = permission.grants
        try await withReadyProgram(program, in: folder, settings, models, onlyTool: entry) { ready in
            let sketch: ProgramBuilder.LMFactory = { ready.models.sketch($0) }
            let shelf = try ready.builder(makeLM: asked == nil ? sketch : nil).tools(of: program)
            let tool = try chosen(name, shelf)
            let ports = tool.arguments.map { argument in
                Port(name: argument.name, shape: .field(argument.type), isOptional: argument.isOptional)
            }
            let given = try InputArguments(ports, of: "the tool", table, takesOthers: tool.isOpen).read(
                Array(arguments.positionals.dropFirst(3)), file: nil, mayBeIncomplete: Terminal.isTTY(0))
            let context = RunContext(
                lm: try asked.flatMap { try ready.models.defaultModel(for: $0) }, adapter: ready.models.adapter,
                settings: program.settings, warn: { messages.warn($0) })
            let result = try await RunStop.stoppable { try await tool.acall(given, in: context) }
            let text = result.string ?? result.plainJSON.text(.python)
            try Output.standard.write(text.hasSuffix("\n") ? text : text + "\n")
        }
    }

    /// The tool of a name: its own, or `server.tool`.
    private static func chosen(_ name: String, _ shelf: [(entry: String, tools: [Tool])]) throws
        -> Tool
    {
        var known: [String] = []
        for (entry, tools) in shelf {
            for tool in tools {
                let full = tools.count == 1 && tool.name == entry ? entry : "\(entry).\(tool.name)"
                if name == full || name == tool.name { return tool }
                known.append(full)
            }
        }
        let list = known.isEmpty ? "the program has no tools" : "there are \(known.joined(separator: ", "))"
        throw table.failure("there is no tool '\(name)'; \(list)" + Spelling.hint(for: name, among: known))
    }
}
