import DSPyProgram
import Platform
import Console
import DSPyCore
import DSPyClients
import DSPySpec
import DSPyTools
import OrderedJSON

/// `check`: all findings in programs, without a model, a key or a call.
enum CheckCommand: Command {
    static let table = FlagTable(
        program: CommandLineTool.name,
        name: "check", summary: "check programs and tell all findings; calls nothing",
        discussion: [
            "Reads each program with the files it names, checks types and wiring, and tells every finding at once with its "
                + "place, and of one that can run what it takes and gives, how many calls of models a run makes where nothing "
                + "fails, and what it asks for. Exit code 0 when all programs can run, 65 when one cannot, 78 with --key when a key is missing."
        ],
        examples: [
            .init("", "dspy-swift check programs/*/program.json"),
            .init("as annotations of a CI run", "dspy-swift check qa.json --format github"),
        ],
        positionals: [Positional("PROGRAM", isRepeated: true, help: "a program file, a folder, or a signature")],
        flags: [
            Flag(
                "format", value: .required("FORMAT"), choices: ["text", "json", "github"], defaultText: "text",
                help: "how findings are printed"),
            Flag("strict", help: "count warnings as errors"),
            Flag("key", help: "fail when a model that a program names has no key"),
        ] + CommonFlags.signature + CommonFlags.talk)

    static func run(_ arguments: ParsedArguments) async throws {
        let messages = Messages(arguments)
        guard !arguments.positionals.isEmpty else { throw arguments.table.failure("which program?") }
        let format = arguments.string("format") ?? "text"
        let details = try SignatureDetails(arguments, of: arguments.positionals)
        let factory = ModelsCommand.factory
        var isBroken = false
        var code: ExitCode = .data
        var missingKeys: [String] = []
        var listing: [JSON] = []
        for argument in arguments.positionals {
            let outcome: SpecLoader.Outcome
            do {
                outcome = try ProgramSource.outcome(argument, details: details) { factory.problem(with: $0) }
            } catch {
                let failure = Failure(error)
                guard arguments.positionals.count > 1 else { throw failure }
                // The other programs are still checked.
                try tell(Fault(argument, .file, failure), nil, format, &listing)
                if !isBroken { code = failure.code }
                isBroken = true
                continue
            }
            let hasWarnings = outcome.diagnostics.contains { $0.severity == .warning }
            if outcome.program == nil || hasWarnings && arguments.bool("strict") {
                isBroken = true
                code = .data
            }
            do {
                let needs = try outcome.program.map { try Self.needs(of: $0, argument) } ?? []
                try tell(outcome, needs, argument, format, messages, &listing)
                if arguments.bool("key"), let program = outcome.program {
                    missingKeys += try Self.missingKeys(program)
                }
            } catch let error as OutputError {
                throw error
            } catch {
                let failure = Failure(error)
                // An address that cannot be granted is told in place of all else.
                try tell(Fault(argument, .wrongKind, failure), outcome, format, &listing)
                (isBroken, code) = (true, failure.code)
            }
        }
        if format == "json" { try Output.standard.writeLine(JSON.array(listing).text(.pythonIndented(2))) }
        if isBroken { throw Failure(code) }
        if !missingKeys.isEmpty { throw Failure(.notConfigured, missingKeys.joined(separator: "\ndspy-swift: ")) }
    }

    /// What is wrong with a program as a whole.
    private struct Fault {
        let argument: String
        let code: SpecCode
        let message: String

        init(_ argument: String, _ code: SpecCode, _ failure: Failure) {
            (self.argument, self.code, message) = (argument, code, failure.message ?? "")
        }

        /// As a finding, at the start of the program's file.
        var json: JSON {
            [
                "severity": "error", "code": .string(code.rawValue), "message": .string(message), "help": nil,
                "file": .string(ProgramSource.file(argument)), "line": 1, "column": 1, "end_line": 1, "end_column": 1,
            ]
        }
    }

    /// Tells of a program that cannot run, with the findings that there are beside.
    private static func tell(
        _ fault: Fault, _ outcome: SpecLoader.Outcome?, _ format: String, _ listing: inout [JSON]
    ) throws {
        switch format {
        case "json": listing.append(json(outcome, [], fault.argument, fault))
        case "github":
            if let outcome { try annotate(outcome, fault.argument) }
            try Output.standard.writeLine(
                "::error file=\(ProgramSource.file(fault.argument))::\(escaped(fault.message))")
        default:
            // What could not be read names its file itself.
            try Output.error.writeLine("dspy-swift: \(outcome == nil ? "" : fault.argument + ": ")\(fault.message)")
        }
    }

    private static func annotate(_ outcome: SpecLoader.Outcome, _ argument: String) throws {
        for diagnostic in outcome.diagnostics {
            let start = diagnostic.range.lowerBound
            let message = escaped(diagnostic.message + (diagnostic.help.map { "; \($0)" } ?? ""))
            try Output.standard.writeLine(
                "::\(diagnostic.severity.rawValue) file=\(diagnostic.file),line=\(start.line),col=\(start.column)::\(message)"
            )
        }
        if outcome.more > 0 {
            try Output.standard.writeLine("::error file=\(argument)::… and \(outcome.more) more")
        }
    }

    private static func tell(
        _ outcome: SpecLoader.Outcome, _ needs: [Need], _ argument: String, _ format: String, _ messages: Messages,
        _ listing: inout [JSON]
    ) throws {
        switch format {
        case "json": listing.append(json(outcome, needs, argument))
        case "github": try annotate(outcome, argument)
        default:
            try ProgramSource.tell(outcome.diagnostics, more: outcome.more, messages.terminal.style)
            if let program = outcome.program {
                guard !messages.isQuiet else { return }
                try Output.standard.writeLine("\(argument): ok, \(summary(program))")
                for need in needs {
                    try Output.standard.writeLine("  asks for \(need.capability): \(need.what)")
                }
                for line in try ownKeys(of: program) { try Output.standard.writeLine("  " + line) }
                if program.takesDefaultModel, let problem = try problemWithDefaultModel() { messages.warn(problem) }
            }
        }
    }

    /// `question -> answer` with types, and how many calls a run makes.
    private static func summary(_ program: CheckedProgram) -> String {
        func ports(_ ports: [Port]) -> String {
            ports.map { $0.typeName == "str" ? $0.name : "\($0.name): \($0.typeName)" }.joined(separator: ", ")
        }
        return "\(ports(program.inputs)) -> \(ports(program.outputs)) (\(CallCount(program).text))"
    }

    private static func json(
        _ outcome: SpecLoader.Outcome?, _ needs: [Need], _ argument: String, _ fault: Fault? = nil
    ) -> JSON {
        let findings = (outcome?.diagnostics ?? []).map { diagnostic -> JSON in
            [
                "severity": .string(diagnostic.severity.rawValue), "code": .string(diagnostic.code.rawValue),
                "message": .string(diagnostic.message), "help": diagnostic.help.map { .string($0) } ?? .null,
                "file": .string(diagnostic.file), "line": .int(diagnostic.range.lowerBound.line),
                "column": .int(diagnostic.range.lowerBound.column), "end_line": .int(diagnostic.range.upperBound.line),
                "end_column": .int(diagnostic.range.upperBound.column),
            ]
        }
        var listing: JSONObject = [
            "program": .string(argument), "ok": .bool(outcome?.program != nil && fault == nil),
            "findings": .array(findings + (fault.map { [$0.json] } ?? [])),
            "needs": .array(needs.map { .string($0.capability.word) }),
        ]
        if let more = outcome?.more, more > 0 { listing["more_findings"] = .int(more) }
        return .object(listing)
    }

    private static func escaped(_ text: String) -> String {
        PythonString.replace(
            PythonString.replace(PythonString.replace(text, "%", with: "%25"), "\r", with: "%0D"), "\n", with: "%0A")
    }

    /// All that a program asks of whoever runs it, with the configuration as it is.
    private static func needs(of program: CheckedProgram, _ argument: String) throws -> [Need] {
        let router = try router()
        let model =
            try Environment.value("DSPY_LM") ?? Configuration.read().lm ?? router.factory.configuredModel
        let routes = try router.routes(of: program, defaultModel: model)
        let folder = ProgramSource.folder(of: argument)
        return try (routes.flatMap(\.needs) + ToolNeeds.needs(of: program, folder: folder)).joined
    }

    /// What is wrong with the model of modules that name none; nil when nothing is, or when none is configured.
    private static func problemWithDefaultModel() throws -> String? {
        let variable = Environment.value("DSPY_LM").flatMap { $0.isEmpty ? nil : $0 }
        guard let name = try variable ?? Configuration.read().lm,
            let problem = ModelsCommand.factory.problem(with: name)
        else { return nil }
        return "the default model \(name), of \(variable == nil ? "the configuration" : "DSPY_LM"): \(problem)"
    }

    /// The variables that models read without a grant: the keys of their own providers.
    private static func ownKeys(of program: CheckedProgram) throws -> [String] {
        try router().routes(of: program, defaultModel: nil).flatMap { route in
            route.ownKeys.map {
                "reads env:\($0) without a grant: the key of \(ShownText.word(route.name ?? "")) for its own server"
            }
        }
    }

    private static func router() throws -> ModelRouter {
        ModelRouter(
            settings: RunSettings(calls: .none, configuration: try Configuration.read()), factory: ModelsCommand.factory
        )
    }

    private static func missingKeys(_ program: CheckedProgram) throws -> [String] {
        let (factory, router) = (ModelsCommand.factory, try router())
        return try program.root.predictors.compactMap { path, predictor, _ in
            guard let lm = predictor.lm else { return nil }
            let place = "\(program.name)\(path.isEmpty ? "" : " (\(path))")"
            let route = try router.route(lm)
            if let (variable, option) = route.missing.first {
                return "\(place): \(lm.model): the variable \(variable), which `\(option)` wants, is not set"
            }
            do throws(LMError) {
                _ = try factory.make(lm.model, at: route.address(allowedBy: .all), options: route.options)
                return nil
            } catch {
                return "\(place): \(error)"
            }
        }
    }
}
