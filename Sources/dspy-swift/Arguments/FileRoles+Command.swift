import DSPyProgram
import Platform
import Console
import DSPyClients
import DSPySpec

extension FileRoles {
    /// What the flags and inputs that several commands share say of files.
    init(_ arguments: ParsedArguments) {
        self.init()
        let flags: [(name: String, use: Use)] = [
            ("input", .read), ("replay", .read), ("output", .written), ("record", .written), ("trace", .written),
            ("token-file", .read), ("access-log", .written),
        ]
        for (name, use) in flags where arguments.table.allFlags.contains(where: { $0.long == name }) {
            add("--\(name)", arguments.string(name), use)
        }
        if arguments.table.allFlags.contains(where: { $0.long == "resume" }), let output = arguments.string("output") {
            add("what leaves --output", output + ".left", .written)
        }
        if arguments.table.allFlags.contains(where: { $0.long == "instructions" }),
            let text = arguments.string("instructions"), text.hasPrefix("@")
        {
            add("--instructions", String(text.dropFirst()), .read)
        }
        if let cache = CacheLocation.path(environment: Environment.all) { add("the cache", cache, .read) }
        if arguments.table.allFlags.contains(where: { $0.long == "lm" }) {
            addScript("the script of --lm", arguments.string("lm") ?? Environment.value("DSPY_LM"))
        }
        for path in Configuration.paths { add("the configuration", path, .read) }
        for argument in arguments.positionals {
            // name=@FILE and name:=@FILE
            guard let start = argument.firstRange(of: "=@") else { continue }
            add("the input `\(argument[..<start.lowerBound])`", String(argument[start.upperBound...]), .read)
        }
    }

    /// Adds a program: its own file, those that it names, and the scripts of its models.
    ///
    /// - Parameter named: The files that were read for it.
    mutating func add(_ program: CheckedProgram, named: [String]) {
        for path in named { add("the program", path, .read) }
        for call in program.root.predictors { addScript("a script of the program", call.predictor.lm?.model) }
    }

    private mutating func addScript(_ role: String, _ model: String?) {
        guard let model, model.hasPrefix("scripted/") else { return }
        add(role, String(model.dropFirst("scripted/".count)), .read)
    }

    /// Refuses two that are one; `--force` does not help.
    func check(_ arguments: ParsedArguments) throws {
        if let clash { throw arguments.table.failure(clash) }
    }
}
