import Basics
import DSPyProgram
import Platform
import Console
import DSPyCore
import DSPyBatch
import DSPyClients
import DSPySpec
import OrderedJSON

/// `batch`: a program on every row of a file.
enum BatchCommand: Command {
    static let table = BatchFlags.table

    static func run(_ arguments: ParsedArguments) async throws {
        let messages = Messages(arguments)
        var plan = try BatchPlan(arguments)
        if !plan.onlyChecks { DescriptorTable.reserve(plan.options.window) }
        var files = FileRoles(arguments)
        plan.addFiles(to: &files)
        let program = try ProgramSource.load(
            plan.program, messages, &files, try SignatureDetails(arguments, of: [plan.program]))
        try files.check(arguments)
        plan.parser.lineField = program.inputs.first { !$0.isOptional }?.name ?? program.inputs.first?.name ?? "text"
        plan.parser.inputs = program.inputs.map(\.name)
        plan.parser.needs = program.inputs.filter { !$0.isOptional }.map(\.name)
        try checkMap(plan, program)
        let input = try openInput(plan)
        defer { if input.descriptor != 0 { input.close() } }
        let rows = RowInputs(program, plan.parser.format)
        let isFile = plan.input.map { FileReading.isRegularFile($0) } ?? false
        if plan.onlyChecks {
            let settings = try RunSettings(arguments, messages, calls: .none)
            try BatchCheck(program, plan, rows, ModelChoice(settings, messages: messages.run)).run(input)
            return
        }
        try survey(&plan, input, isFile: isFile)
        do {
            try await BatchSession(arguments, plan, program, rows, messages).run(input, isFile: isFile)
        } catch let failure as BatchFailure {
            throw Failure(failure)
        }
    }

    /// With `--merge` a map may also give a column of the output another name.
    private static func checkMap(_ plan: BatchPlan, _ program: CheckedProgram) throws {
        let names = program.inputs.map(\.name)
        guard !plan.merges, let name = plan.parser.fieldMap.values.sorted().first(where: { !names.contains($0) })
        else { return }
        throw table.failure(
            "option '--field-map' takes COLUMN=INPUT, and \(program.name) has no input `\(name)`; it has "
                + names.joined(separator: ", "))
    }

    private static func openInput(_ plan: BatchPlan) throws -> OpenFile {
        guard let path = plan.input else {
            guard !Terminal.isTTY(0) else { throw table.failure("which rows? give a file, or pipe rows in") }
            return OpenFile(descriptor: 0, named: "standard input")
        }
        guard !FileReading.isDirectory(path) else { throw Failure(.noInput, "\(path): is a folder") }
        do throws(FileError) { return try OpenFile(path, for: .reading) } catch {
            throw Failure(.noInput, "\(error)")
        }
    }

    /// Looks through a file before the first call, where ids may repeat or a sample is to be drawn.
    private static func survey(_ plan: inout BatchPlan, _ input: OpenFile, isFile: Bool) throws {
        guard isFile else { return }
        let mayHaveID = try firstRowMayHaveID(plan, input)
        let tracksIDs = plan.options.refusesDuplicates && mayHaveID
        // Columns of a table that is printed as rows come must be known before.
        let wantsNames = plan.merges && plan.output == nil && plan.format != .jsonl && !plan.parser.format.isTable
        guard tracksIDs || plan.sample != nil || wantsNames else { return }
        var names = FieldNames()
        let survey = try InputSurvey(
            input, plan.parser, tracksIDs: tracksIDs,
            wantsNames
                ? { row in
                    names.add(row)
                    return nil
                } : nil)
        if wantsNames { plan.ownColumns = names.names }
        if let (id, first, second) = survey.duplicate {
            throw Failure(.data, BatchFailure.duplicateID(id: id, first: first, second: second).description)
        }
        if let (count, seed) = plan.sample {
            plan.options.sample = SeededGenerator.sample(count, of: survey.rows, seed: seed)
        }
        // All ids are known to differ: none needs to be kept while the batch runs.
        if tracksIDs { plan.options.refusesDuplicates = false }
    }

    /// - Throws: `Failure` with 65 when no row can be read, before anything is opened that would be written to.
    private static func firstRowMayHaveID(_ plan: BatchPlan, _ input: OpenFile) throws -> Bool {
        var parser = RowParser(plan.parser)
        let most = 1 << 16
        guard let head = try? input.head(most), !head.isEmpty else { return false }
        // In small pieces: only the first row is wanted.
        var found: [BatchRow] = []
        for start in stride(from: 0, to: head.count, by: 1024) where found.isEmpty {
            found = head[start..<min(start + 1024, head.count)].withUnsafeBytes { parser.add($0) }
        }
        if found.isEmpty, head.count < most { found = parser.end() }
        if let fault = parser.fault { throw Failure(BatchFailure.unusable(input: plan.input ?? input.path, fault)) }
        // A first row that cannot be read tells nothing; look at all to be safe.
        return found.first.map { $0.mayRepeat || !isReadable($0) } ?? true
    }

    private static func isReadable(_ row: BatchRow) -> Bool {
        if case .success = row.content { true } else { false }
    }
}
