import DSPyProgram
import Transport
import Platform
import Basics
import Console
import DSPyCore
import DSPyBatch
import DSPyClients
import DSPySpec
import OrderedJSON

/// One run of a batch: opens the output, runs the rows, shows progress, and says how it ended.
struct BatchSession {
    let plan: BatchPlan
    let program: CheckedProgram
    private let rows: RowInputs
    let messages: Messages
    let arguments: ParsedArguments
    private let settings: RunSettings
    private let models: ModelChoice
    private let context: RunContext
    let counters = BatchCounters()
    private let limits: CallLimits

    init(
        _ arguments: ParsedArguments, _ plan: BatchPlan, _ program: CheckedProgram, _ rows: RowInputs,
        _ messages: Messages
    ) throws {
        self.arguments = arguments
        self.plan = plan
        self.program = program
        self.rows = rows
        self.messages = messages
        limits = CallLimits(plan.pace)
        settings = try RunSettings(arguments, messages, calls: .batch)
        var models = ModelChoice(settings, program: program.settings, limits: limits, messages: messages.run)
        models.grants = try Permission.grants(
            for: program, in: ProgramSource.folder(of: plan.program), models, messages.run)
        self.models = models
        let warnings = WarningFilter(messages)
        context = try ReadyProgram.context(program, settings, models) { warnings.warn($0) }
    }

    func run(_ input: OpenFile, isFile: Bool) async throws {
        let folder = ProgramSource.folder(of: plan.program)
        try await withReadyProgram(program, in: folder, settings, models) { ready in
            try await run(input, isFile: isFile, ready)
        }
    }

    private func run(_ input: OpenFile, isFile: Bool, _ ready: ReadyProgram) async throws {
        // Both work beside while the output is opened. The reader's thread comes first: none starts while a library loads.
        let reader = RowReader(descriptor: input.descriptor, parser: RowParser(plan.parser)) { [messages] notice in
            messages.insist("\(input.path): \(notice)")
        }
        defer { reader.stop() }
        models.warmUp()
        let journal = try openJournal(input)
        if let notice = journal?.notice { messages.warn(notice) }
        let earlier = earlierRows(journal)
        counters.update { counters in
            guard let earlier else { return }
            (counters.ok, counters.failed) = earlier.counts
            counters.resumed = counters.ok + counters.failed
        }
        let module = try ready.module { try priced(try models.model($0)) }
        if program.root.needsDefaultModel { _ = try context.lm.map(priced) }
        let rows = rows
        let events = try plan.streams ? batchEvents(module) : nil
        let trace = try rowTrace(module)
        let worker = RowWorker(
            module: module, context: context, merges: plan.merges, longestWait: plan.longestWait,
            prepare: { try rows.inputs($0) },
            price: { [prices = models.prices] in $0.isEmpty ? nil : prices.cost(of: $0) },
            watch: events?.watch, trace: trace)
        let progress = BatchProgress(
            form, name: program.name, counters: counters, limits: limits, messages: messages)
        let control = BatchControl()
        let stop = StopSignal()
        let end = LastResort()
        let watch = Signals.watch { [messages, grace = plan.options.grace] code in
            stop.note(code)
            messages.progress("stopping: rows in flight may finish; once more ends at once")
            control.ask(.drain)
            end.insist(code, after: grace)
        }
        let status = Signals.notify(.status) { progress.tellStatus() }
        defer {
            watch.cancel()
            status.cancel()
        }
        if isFile { countRows(input) }
        progress.begin()
        let writing = events.map { events in Task { await write(events, control) } }
        var outcome = await withTaskExecutorPreference(executor) {
            await rowsThrough(worker, control, journal, earlier, reader, progress, isFile: isFile)
        }
        end.isNeedless()
        events?.finish()
        if let failure = await writing?.value { outcome.failure = outcome.failure ?? failure }
        progress.end()
        await models.finish()
        try tidy(journal, outcome)
        try finish(outcome, stop, progress)
    }

    /// The model; refused when money is to be kept within a budget, and it costs nobody knows what.
    private func priced(_ model: any LanguageModel) throws -> any LanguageModel {
        guard plan.options.budget != nil, models.prices.price(of: model.model) == nil else { return model }
        throw Failure(
            .data, "--budget-usd: the price of \(model.model) is not known; set it under `prices` in dspy-swift.json")
    }

    /// What notes the runs of rows, if a trace is wanted.
    private func rowTrace(_ module: any Module) throws -> (@Sendable (BatchRow) -> RunTrace)? {
        guard let file = try LineFile.opened("trace", arguments, messages) else { return nil }
        let trace = TraceFile(file, of: module)
        return { row in trace.trace(item: row.id) }
    }

    /// What rows run on; nil for the threads that all tasks share.
    ///
    /// With one or two cores the way between threads costs more than a second thread gains: rows then run on the network's
    /// own. Rows of models that need no network, and streams, run best on all cores.
    private var executor: (any TaskExecutor)? {
        guard Machine.processors <= 2, !plan.streams,
            models.asksOverNetwork
        else { return nil }
        return CurlTransport.executor
    }

    // MARK: Events

    private func batchEvents(_ module: any Module) throws -> BatchEvents {
        let fingerprint = try ProgramFingerprint.parts(of: program, models)["program"]?.string ?? ""
        return BatchEvents(
            try NodeNames(module, program, chosen: []),
            EventView.Head(spec: program.name, fingerprint: fingerprint, inputs: program.inputs.map(\.name)))
    }

    /// Writes events until the batch is over; when nobody reads them any more, the batch ends.
    private func write(_ events: BatchEvents, _ control: BatchControl) async -> BatchFailure? {
        let writer = LineWriter(descriptor: 1, escape: Terminal.escaping(for: 1))
        defer { writer.close() }
        do {
            try await events.write(to: writer)
            return nil
        } catch {
            control.ask(.abort)
            return (error as? OutputError).map { BatchFailure($0) } ?? .closedPipe
        }
    }

    // MARK: Output

    private func openJournal(_ input: OpenFile) throws -> OutputJournal? {
        guard let path = plan.journal else { return nil }
        if let output = plan.output, output != path {
            let hasJournal = FileReading.exists(path)
            if case .refuse = plan.policy, FileReading.exists(output) {
                throw hasJournal ? BatchFailure.exists(path: output) : .noJournal(path: output, journal: path)
            }
            if case .resume(_, force: false) = plan.policy, FileReading.isRegularFile(output), !hasJournal {
                throw BatchFailure.noJournal(path: output, journal: path)
            }
            if let input = plan.input, FileReading.isSameFile(input, output) {
                throw BatchFailure.isInput(path: output)
            }
        }
        let journal = try OutputJournal(
            path: path, policy: plan.policy, manifest: try manifest(input), input: input)
        if let output = plan.output, output != path { FileReplacement.removeLeftovers(of: output) }
        return journal
    }

    private func earlierRows(_ journal: OutputJournal?) -> EarlierRows? {
        guard case .resume(let redoesFailed, _) = plan.policy else { return nil }
        return journal?.scan.map { EarlierRows($0, redoesFailed: redoesFailed) }
    }

    private func manifest(_ input: OpenFile) throws -> Manifest {
        var hash = StableHash()
        hash.add(plan.input == nil ? [] : (try? input.head(1 << 16)) ?? [])
        var fingerprint = try ProgramFingerprint.parts(of: program, models)
        fingerprint["merge"] = .bool(plan.merges)
        // How rows are known again: another way would ask all of them again.
        fingerprint["row keys"] = 2
        if let field = plan.parser.idField { fingerprint["--id"] = .string(field) }
        return Manifest(
            fingerprint: fingerprint,
            input: [
                "path": .string(plan.input ?? "-"), "bytes": .int(input.size ?? 0),
                "head": .string("fnv:" + StableHash.text(hash.value)),
            ], version: CommandLineTool.version, pid: ThisProcess.number)
    }

    private func rowsThrough(
        _ worker: RowWorker, _ control: BatchControl, _ journal: OutputJournal?, _ earlier: EarlierRows?,
        _ reader: RowReader, _ progress: BatchProgress, isFile: Bool
    ) async -> BatchRunner.Outcome {
        var options = plan.options
        // A journal is written as rows finish, whatever order the file has in the end.
        if journal != nil { options.order = .completion }
        options.readsToTheEnd = isFile
        let limits = limits
        let usual = min(20, options.window)
        options.rowFailed = { progress.rowFailed($0, code: $1, message: $2) }
        if models.asksOverNetwork { options.windowShrinks = { CurlTransport.keepConnections(fraction: $0) } }
        // A few rows more than may call, so that a call that ends is followed at once.
        if plan.pace.bounds.count > 1 {
            options.room = { limits.snapshot.map { $0.limit + $0.limit / 4 + 2 } ?? usual }
        }
        let target = journal?.file.descriptor ?? 1
        let writer = LineWriter(
            descriptor: target, durability: journal == nil ? .none : plan.durability,
            escape: Terminal.escaping(for: target))
        defer { writer.close() }
        let runner = BatchRunner(worker, options: options, counters: counters, control: control)
        if plan.streams, journal == nil {
            // The events hold all there is to say.
            return await runner.run(reader, earlier: nil, writer: writer) { _ in [] }
        }
        guard let separator = plan.format.separator, journal == nil else {
            return await runner.run(
                reader, earlier: earlier, keepsPlaces: journal?.inputHasChanged ?? false, writer: writer,
                watch: journal?.watch)
        }
        let table = TableEncoder(
            separator: separator, outputs: outputs, own: plan.merges ? await ownColumns(reader) : [])
        do throws(OutputError) { try await writer.write(table.header) } catch {
            reader.stop()
            return BatchRunner.Outcome(reason: nil, failure: BatchFailure(error))
        }
        return await runner.run(reader, earlier: nil, writer: writer) { table.line($0) }
    }

    private var outputs: [String] { program.outputs.map(\.name) }

    /// The rows' own columns in a table that is printed as rows come: those of the input, and of a pipe those of its first rows.
    private func ownColumns(_ reader: RowReader) async -> [String] {
        var names = plan.ownColumns ?? []
        if plan.ownColumns == nil {
            var found = FieldNames()
            for row in await reader.peek() { found.add(row) }
            names = found.names
            if !plan.parser.format.isTable {
                messages.warn(
                    "the table has the columns of the first rows, \(names.joined(separator: ", ")); for all that come later, "
                        + "give it a file, -o FILE.\(plan.format.rawValue)")
            }
        }
        let fields = JSONObject(names.map { ($0, .null) })
        return MergedFields.renamed(fields) { outputs.contains($0) }.keys
    }

    /// Puts the output into its final form; a batch that stopped early keeps its journal as it is.
    private func tidy(_ journal: OutputJournal?, _ outcome: BatchRunner.Outcome) throws {
        guard let journal, outcome.failure == nil else { return }
        let left = try journal.tidy(
            sorted: plan.options.order == .input && outcome.reason == nil, earlier: outcome.earlier,
            places: outcome.places)
        if let left {
            messages.warn(
                "\(left.count) result\(left.count == 1 ? "" : "s") of rows that are not in the input any more moved from "
                    + "\(journal.path) to \(left.path); if that was the wrong input: cat \(ShellText.word(left.path)) >> "
                    + "\(ShellText.word(journal.path)), and --resume with the right one")
        }
        guard let separator = plan.format.separator, let output = plan.output, outcome.reason == nil else { return }
        try TableFile(journal: journal.path, separator: separator, outputs: outputs, merges: plan.merges)
            .write(to: output)
        // Nothing is left to do: the table is all that stays. Rows that failed, or were left out, still need it.
        guard plan.takesAll, left == nil, counters.snapshot.failed == 0 else { return }
        journal.remove()
    }

    // MARK: Progress

    private var form: BatchProgress.Form {
        switch arguments.string("progress") ?? "auto" {
        case "bar": .bar
        case "plain": .plain
        case "json": .json
        case "none": .none
        default:
            // Rows that go to the terminal themselves are all there is to see.
            messages.isQuiet || plan.output == nil && Terminal.isTTY(1)
                ? .none : messages.terminal.draws ? .bar : .plain
        }
    }

    /// Counts the rows of a file on a thread beside, so that the total is known soon and the start is not late.
    private func countRows(_ input: OpenFile) {
        let plan = plan
        let counters = counters
        guard form != .none else { return }
        _ = SystemThread.start {
            guard let survey = try? InputSurvey(input, plan.parser, tracksIDs: false) else { return }
            var total = max(0, survey.rows - plan.options.skip)
            if let shard = plan.options.shard {
                total = survey.rows < shard.part ? 0 : (survey.rows - shard.part) / shard.of + 1
            }
            if let sample = plan.options.sample { total = sample.count }
            total = min(total, plan.options.limit ?? total)
            counters.update { $0.total = total }
        }
    }
}
