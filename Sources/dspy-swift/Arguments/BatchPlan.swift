import Platform
import Basics
import Console
import DSPyCore
import DSPyBatch
import DSPyClients
import OrderedJSON

/// What the flags of `batch` say, checked.
struct BatchPlan {
    let program: String
    let input: String?
    let output: String?
    let policy: OutputJournal.Policy
    var options = BatchOptions()
    var parser = RowParser.Options()
    let format: OutputFormat
    let merges: Bool
    /// The columns of the rows' own fields, where a look through the input has told them.
    var ownColumns: [String]?
    let durability: LineWriter.Durability
    let sample: (count: Int, seed: UInt64)?
    let longestWait: Double
    let pace: CallPace
    let onlyChecks: Bool
    /// Whether standard output gets what happens in the rows.
    let streams: Bool

    init(_ arguments: ParsedArguments) throws {
        program = arguments.positionals[0]
        guard arguments.positionals.count <= 2 else {
            throw arguments.table.failure("one program and one input; '\(arguments.positionals[2])' is too much")
        }
        let given = arguments.positionals.dropFirst().first
        input = given == "-" ? nil : given
        output = arguments.string("output").flatMap { $0 == "-" ? nil : $0 }
        let resumes = arguments.bool("resume")
        if arguments.bool("retry-failed"), !resumes {
            throw arguments.table.failure("--retry-failed belongs to --resume")
        }
        if resumes, output == nil { throw arguments.table.failure("--resume needs an output file, -o FILE") }
        let force = arguments.bool("force")
        policy =
            resumes
            ? .resume(redoFailed: arguments.bool("retry-failed"), force: force) : force ? .overwrite : .refuse
        merges = arguments.bool("merge")
        durability = arguments.string("durability").flatMap(LineWriter.Durability.init(rawValue:)) ?? .interval
        longestWait = try arguments.double("retry-wait", atLeast: 0) ?? 600
        pace = try PaceFlags.pace(arguments, longestWait: longestWait)
        options.window = pace.bounds.upperBound
        onlyChecks = arguments.bool("check")
        streams = arguments.string("stream") != nil
        let seed = UInt64(try arguments.int("seed", in: 0 ... .max) ?? 0)
        sample = try arguments.int("sample", in: 0 ... .max).map { ($0, seed) }
        format =
            arguments.string("output-format").flatMap(OutputFormat.init(rawValue:))
            ?? output.map { OutputFormat(path: $0) } ?? .jsonl
        if streams, format != .jsonl, output == nil {
            throw arguments.table.failure("--stream prints events; a table needs an output file, -o FILE")
        }
        try readRows(arguments)
        try readLimits(arguments)
    }

    /// The file that rows are written to as they finish; nil for standard output.
    var journal: String? { output.map { format == .jsonl ? $0 : $0 + ".jsonl" } }

    /// Adds the files that only a batch has.
    func addFiles(to files: inout FileRoles) {
        if let input { files.add("the input", input, .read) } else { files.add("the input", descriptor: 0, .read) }
        guard let journal else { return }
        if journal != output { files.add("the journal", journal, .written) }
        files.add("the journal's run.json", Manifest.path(for: journal), .written)
    }

    /// Whether all rows of the input are to be done, so that nothing is left to do once they are.
    var takesAll: Bool {
        sample == nil && options.limit == nil && options.shard == nil && options.skip == 0
    }

    private mutating func readRows(_ arguments: ParsedArguments) throws {
        let named = arguments.string("input-format").flatMap(InputFormat.init(rawValue:))
        parser.format = named ?? input.map { InputFormat(path: $0) } ?? .jsonl
        parser.idField = arguments.string("id")
        parser.maximumLine = try arguments.int("max-line", in: 1...(1 << 40)) ?? parser.maximumLine
        for map in arguments.all("field-map").flatMap({ $0.split(separator: ",") }) {
            let parts = map.split(separator: "=", maxSplits: 1).map(String.init)
            guard parts.count == 2 else {
                throw arguments.table.failure("option '--field-map' takes COLUMN=INPUT, not '\(map)'")
            }
            let other = parser.fieldMap.first { $0.value == parts[1] && $0.key != parts[0] }
            if let other {
                throw arguments.table.failure(
                    "option '--field-map' fills `\(parts[1])` from `\(other.key)` and from `\(parts[0])`")
            }
            parser.fieldMap[parts[0]] = parts[1]
        }
        options.refusesDuplicates = arguments.string("on-duplicate-id") != "keep"
        options.onBadLine = arguments.string("on-bad-line").flatMap(BatchOptions.OnBadLine.init(rawValue:)) ?? .error
        options.order = arguments.string("order").flatMap(BatchOptions.Order.init(rawValue:)) ?? .completion
        options.limit = try arguments.int("limit", in: 0 ... .max)
        options.skip = try arguments.int("skip", in: 0 ... .max) ?? 0
        if let shard = arguments.string("shard") {
            let parts = shard.split(separator: "/").compactMap { Int($0) }
            guard parts.count == 2, parts[1] >= 1, (1...parts[1]).contains(parts[0]) else {
                throw arguments.table.failure("option '--shard' takes I/N with I from 1 to N, not '\(shard)'")
            }
            options.shard = (parts[0], parts[1])
        }
        if sample != nil, input == nil { throw arguments.table.failure("--sample needs an input file") }
    }

    private mutating func readLimits(_ arguments: ParsedArguments) throws {
        options.grace = .bounded(seconds: try arguments.double("grace", atLeast: 0) ?? 30)
        options.budget = try arguments.double("budget-usd", atLeast: 0)
        if options.budget == 0 {
            throw arguments.table.failure("option '--budget-usd' must be more than 0; --check calls nothing")
        }
        options.tokenBudget = try arguments.int("budget-tokens", in: 1 ... .max)
        if let seconds = try arguments.double("deadline", atLeast: 0) {
            options.deadline = .now + .bounded(seconds: seconds)
        }
        if let text = arguments.string("max-errors") {
            if text.hasSuffix("%"), let percent = Double(text.dropLast()), (0...100).contains(percent) {
                options.errorLimit = .percent(percent)
            } else if let count = Int(text), count >= 1 {
                options.errorLimit = .count(count)
            } else {
                throw arguments.table.failure("option '--max-errors' takes a number or a percentage, not '\(text)'")
            }
        }
        // Who says when to stop has said all.
        options.stopsWhenRefused = options.errorLimit == nil && arguments.string("on-error") != "continue"
        options.onError =
            arguments.string("on-error").flatMap(BatchOptions.OnError.init(rawValue:))
            ?? (options.errorLimit == nil ? .continue : .drain)
    }
}
