import Console
import DSPyCore
import DSPySpec
import OrderedJSON

/// `run`: one prediction.
enum RunCommand: Command {
    static let table = FlagTable(
        program: CommandLineTool.name,
        name: "run", summary: "run a program once and print its prediction",
        usage: [
            "dspy-swift run PROGRAM [NAME=TEXT | NAME=@FILE | NAME:=JSON | NAME:=@FILE]... [OPTION]...",
            "dspy-swift run 'question -> answer' question=\"…\"",
        ],
        discussion: [
            "PROGRAM is a program file, a folder that holds program.json, `-` for standard input, or a signature.",
            "Inputs that are given neither as arguments nor with --input come from standard input when it is no terminal: "
                + "a JSON object is the inputs, other text fills the one input that is missing.",
            "On a terminal the prediction is printed as blocks, in a pipe as one line of JSON.",
        ],
        examples: [
            .init("ask without a file", "dspy-swift run 'question -> answer' question=\"Why is the sky blue?\""),
            .init("in a pipe", "git diff | dspy-swift run commit.json --field message"),
            .init("with types", "dspy-swift run triage.json ticket=@mail.txt --format json"),
        ],
        positionals: [
            Positional("PROGRAM", help: "a program file, a folder, `-`, or a signature"),
            Positional("INPUT", isOptional: true, isRepeated: true, help: "an input, NAME=TEXT or NAME:=JSON"),
        ],
        flags: [
            Flag(
                "input", short: "i", value: .required("FILE"),
                help: "a JSON object with the inputs; `-` is standard input"),
            Flag("output", short: "o", value: .required("FILE"), help: "write the prediction to FILE"),
            Flag(
                "format", value: .required("FORMAT"), choices: PredictionPrinter.Format.allCases.map(\.rawValue),
                defaultText: "text on a terminal, else ndjson", help: "how the prediction is printed"),
            Flag("field", value: .required("NAME"), help: "print only this field, raw"),
            Flag(
                "stream", value: .optional("MODE", implied: "auto"), choices: StreamMode.allCases.map(\.rawValue),
                defaultText: "off", help: "show the fields while they come in"),
            Flag(
                "stream-field", value: .required("NAME"), isRepeatable: true,
                help: "stream only this field, FIELD or STEP.FIELD"),
            Flag("sync", help: "one call at a time, in program order"),
            Flag("dry-run", help: "print the messages and call no model"),
            Flag("usage", help: "tell the tokens used on standard error"),
            Flag("tests", help: "run the program's own tests instead; exit with 1 when one fails"),
        ] + CommonFlags.model + CommonFlags.call + [CommonFlags.force] + CommonFlags.allow + CommonFlags.talk)

    static func run(_ arguments: ParsedArguments) async throws {
        let messages = Messages(arguments)
        guard let source = arguments.positionals.first else { throw arguments.table.failure("which program?") }
        var files = FileRoles(arguments)
        let program = try ProgramSource.load(source, messages, &files)
        try files.check(arguments)
        var choice = try ModelChoice(arguments, messages, program.settings)
        let isPreview = arguments.bool("dry-run")
        var toolbox: Toolbox?
        if !isPreview {
            let folder = ProgramSource.folder(of: source)
            choice.grants = try Permission.grants(for: program, choice, folder, arguments, messages)
            choice.warmUp()
        }
        do {
            if !isPreview {
                toolbox = try await Toolbox(program, folder: ProgramSource.folder(of: source), choice.grants)
            }
            try await run(program, choice, toolbox, arguments, messages)
        } catch {
            // Calls that were answered before the failure need not be made again.
            await toolbox?.close()
            await choice.finish()
            throw error
        }
        await toolbox?.close()
        await choice.finish()
    }

    private static func run(
        _ program: CheckedProgram, _ choice: ModelChoice, _ toolbox: Toolbox?, _ arguments: ParsedArguments,
        _ messages: Messages
    ) async throws {
        if let toolbox, arguments.bool("tests") {
            guard arguments.positionals.count == 1 else {
                throw arguments.table.failure("--tests takes its inputs from the program")
            }
            let module = try ProgramBuilder(choice, toolbox).build(program)
            let context = try context(program, choice, arguments, messages)
            try await ProgramTests(program).run(module, context)
            return
        }
        let inputs = try InputArguments(program, arguments.table).read(
            Array(arguments.positionals.dropFirst()), file: arguments.string("input"), mayBeIncomplete: toolbox == nil)
        guard let toolbox else {
            try Output.standard.write(try PromptPreview(choice: choice).text(program, inputs))
            return
        }
        var context = try context(program, choice, arguments, messages)
        let module = try ProgramBuilder(choice, toolbox).build(program)
        context.trace = try TraceFile(arguments, module, messages)?.trace()
        let watched = context
        guard let mode = try streamMode(arguments) else {
            try deliver(try await RunStop.stoppable { try await module.call(inputs, in: watched) }, arguments)
            return try tellUsage(context.usage, arguments, program)
        }
        let stage = try StreamStage(arguments, program, choice, messages, module)
        let view = try stage.view(mode, inputs: inputs.names, usage: context.usage) { prediction in
            try text(of: prediction, arguments, Terminal(descriptor: 1, noColour: arguments.bool("no-color")))
        }
        let prediction = try await RunStop.stoppable(whileRead: true) {
            try await StreamedRun.predict(module, inputs, watched, stage.labels, view)
        }
        if arguments.string("output") ?? "-" != "-" { try deliver(prediction, arguments) }
        try tellUsage(context.usage, arguments, program)
    }

    private static func context(
        _ program: CheckedProgram, _ choice: ModelChoice, _ arguments: ParsedArguments, _ messages: Messages
    ) throws -> RunContext {
        let lm = try choice.defaultModel(for: program)
        guard lm != nil || !program.root.needsDefaultModel else { throw Failure(.notConfigured, ModelChoice.noModel) }
        if let lm { messages.detail("model: \(lm.model)") }
        return RunContext(
            lm: lm, adapter: choice.adapter, settings: program.settings(arguments),
            isSequential: arguments.bool("sync"),
            warn: { messages.warn($0) })
    }

    /// The mode of `--stream`; nil when it was not given.
    private static func streamMode(_ arguments: ParsedArguments) throws -> StreamMode? {
        guard let mode = arguments.string("stream").flatMap(StreamMode.init(rawValue:)) else {
            guard arguments.all("stream-field").isEmpty else {
                throw arguments.table.failure("--stream-field goes with --stream")
            }
            return nil
        }
        for flag in ["field", "format"] where arguments.bool(flag) && arguments.string("output") ?? "-" == "-" {
            throw arguments.table.failure(
                "--\(flag) and --stream do not go together; --stream-field chooses what is streamed")
        }
        return mode
    }

    private static func deliver(_ prediction: Prediction, _ arguments: ParsedArguments) throws {
        let file = arguments.string("output")
        let toFile = file != nil && file != "-"
        let terminal = toFile ? Terminal(isTTY: false) : Terminal(descriptor: 1, noColour: arguments.bool("no-color"))
        let text = try text(of: prediction, arguments, terminal)
        if let file, toFile {
            try FileWriting.replace(file, with: Array(text.utf8))
        } else {
            try Output.standard.write(drawn: text)
        }
    }

    private static func text(
        of prediction: Prediction, _ arguments: ParsedArguments, _ terminal: Terminal
    ) throws -> String {
        let format = arguments.string("format").flatMap(PredictionPrinter.Format.init(rawValue:))
        let printer = PredictionPrinter(
            format: format ?? (terminal.isTTY ? .text : .ndjson), field: arguments.string("field"), terminal: terminal)
        return try printer.text(prediction)
    }

    private static func tellUsage(
        _ usage: UsageTracker, _ arguments: ParsedArguments, _ program: CheckedProgram
    ) throws {
        guard arguments.bool("usage") || program.settings.trackUsage else { return }
        let totals = usage.totals
        var line: JSONObject = [
            "calls": .int(totals.calls), "requests": .int(totals.attempts), "cached": .int(totals.cached),
        ]
        for (model, counts) in usage.byModel { line[model] = counts }
        try Output.error.writeLine("usage: \(JSON.object(line).text(.python))")
    }
}

extension CheckedProgram {
    /// The program's settings, with what flags say on top.
    func settings(_ arguments: ParsedArguments) -> Settings {
        var settings = settings
        if arguments.bool("allow-tool-async-sync-conversion") { settings.allowToolAsyncSyncConversion = true }
        return settings
    }
}

extension CheckedNode {
    /// Whether some module names no model of its own.
    var needsDefaultModel: Bool {
        let itself =
            switch kind {
            case .predictor(let predictor): predictor.lm == nil
            case .program(let program): program.root.needsDefaultModel
            default: false
            }
        return itself || children.contains { $0.node.needsDefaultModel }
    }

    /// The module calls in program order, each with its path of names.
    var predictors: [(path: String, predictor: CheckedPredictor, bindings: [Binding])] {
        predictors(path: [])
    }

    private func predictors(path: [String]) -> [(path: String, predictor: CheckedPredictor, bindings: [Binding])] {
        let inner = children.flatMap { $0.node.predictors(path: path + [$0.name]) }
        switch kind {
        case .predictor(let predictor): return [(path.joined(separator: "."), predictor, bindings)] + inner
        case .program(let program): return program.root.predictors(path: path) + inner
        default: return inner
        }
    }
}
