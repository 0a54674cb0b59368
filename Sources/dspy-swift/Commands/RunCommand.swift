import DSPyProgram
import Platform
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
            "PROGRAM is a program file, a folder that holds program.json, `-` for standard input, a signature, or a program "
                + "as JSON text.",
            "Inputs that are given neither as arguments nor with --input come from standard input when it is no terminal: "
                + "a JSON object whose keys are inputs is the inputs, any other text fills the one input that is missing. "
                + "NAME=@- takes standard input as the text of one input, whatever it holds.",
            "On a terminal the prediction is printed as blocks, in a pipe as one line of JSON.",
        ],
        examples: [
            .init("ask without a file", "dspy-swift run 'question -> answer' question=\"Why is the sky blue?\""),
            .init(
                "with a module and a task, without a file",
                "dspy-swift run 'question -> answer' --module ChainOfThought --instructions @task.md question=hi"),
            .init("in a pipe", "git diff | dspy-swift run commit.json --field message"),
            .init(
                "a whole file as one input, also where it is JSON", "dspy-swift run review.json config=@- < app.json"),
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
        ] + CommonFlags.signature + CommonFlags.model + CommonFlags.call + [CommonFlags.force] + CommonFlags.allow
            + CommonFlags.talk)

    static func run(_ arguments: ParsedArguments) async throws {
        let messages = Messages(arguments)
        guard let source = arguments.positionals.first else { throw arguments.table.failure("which program?") }
        var files = FileRoles(arguments)
        let program = try ProgramSource.load(
            source, messages, &files, try SignatureDetails(arguments, of: [source]))
        try files.check(arguments)
        let settings = try RunSettings(arguments, messages)
        var models = ModelChoice(settings, program: program.settings, messages: messages.run)
        if arguments.bool("dry-run") {
            let inputs = try inputs(program, arguments, mayBeIncomplete: true)
            return try Output.standard.write(try PromptPreview(models).text(program, inputs))
        }
        let folder = ProgramSource.folder(of: source)
        models.grants = try Permission.grants(for: program, in: folder, models, messages.run)
        models.warmUp()
        try await withReadyProgram(program, in: folder, settings, models) { ready in
            if arguments.bool("tests") {
                try await test(ready, arguments, messages)
            } else {
                try await run(ready, arguments, messages)
            }
        }
    }

    private static func test(
        _ ready: ReadyProgram, _ arguments: ParsedArguments, _ messages: Messages
    ) async throws {
        guard arguments.positionals.count == 1 else {
            throw arguments.table.failure("--tests takes its inputs from the program")
        }
        let module = try ready.module()
        try await ProgramTests(ready.checked).run(module, try context(ready, messages))
    }

    private static func inputs(
        _ program: CheckedProgram, _ arguments: ParsedArguments, mayBeIncomplete: Bool = false
    ) throws -> ValueDict {
        try InputArguments(program, arguments.table).read(
            Array(arguments.positionals.dropFirst()), file: arguments.string("input"), mayBeIncomplete: mayBeIncomplete)
    }

    private static func run(
        _ ready: ReadyProgram, _ arguments: ParsedArguments, _ messages: Messages
    ) async throws {
        let program = ready.checked
        let inputs = try inputs(program, arguments)
        var context = try context(ready, messages)
        let module = try ready.module()
        context.trace = try LineFile.opened("trace", arguments, messages).map { TraceFile($0, of: module).trace() }
        let watched = context
        guard let mode = try streamMode(arguments) else {
            try deliver(try await RunStop.stoppable { try await module.call(inputs, in: watched) }, arguments)
            return try tellUsage(context.usage, arguments, program)
        }
        let stage = try StreamPresentation(arguments, ready, messages, module)
        let view = try stage.view(mode, inputs: inputs.names, usage: context.usage) { prediction in
            try text(of: prediction, arguments, Terminal(descriptor: 1, noColour: arguments.bool("no-color")))
        }
        let prediction = try await RunStop.stoppable(whileRead: true) {
            try await StreamedRun.predict(module, inputs, watched, stage.labels, view)
        }
        if arguments.string("output") ?? "-" != "-" { try deliver(prediction, arguments) }
        try tellUsage(context.usage, arguments, program)
    }

    private static func context(_ ready: ReadyProgram, _ messages: Messages) throws -> RunContext {
        let context = try ready.context { messages.warn($0) }
        if let lm = context.lm { messages.detail("model: \(lm.model)") }
        return context
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
