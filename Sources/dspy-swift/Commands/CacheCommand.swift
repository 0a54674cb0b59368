import Platform
import Basics
import Console
import DSPyClients
import OrderedJSON

/// `cache`: what the cache of answers holds, and clearing it.
enum CacheCommand: Command {
    static let table = FlagTable(
        program: CommandLineTool.name,
        name: "cache", summary: "show or clear the answers that are kept",
        usage: [
            "dspy-swift cache [--json]", "dspy-swift cache path",
            "dspy-swift cache clear [--model PATTERN] [--older-than AGE]",
        ],
        discussion: [
            "Answers of models are kept in one file, so that the same request is asked once: in $DSPY_CACHE_DIR, else "
                + "$XDG_CACHE_HOME/dspy-swift, else ~/.cache/dspy-swift. `run --no-cache`, `\"cache\": false` in the "
                + "configuration, or in the program's `lm`, goes without it.",
            "Several processes may share the file. One that cannot be read is set aside and made anew.",
        ],
        examples: [
            .init("everything", "dspy-swift cache clear"),
            .init("one provider's, older than a week", "dspy-swift cache clear --model 'openai/*' --older-than 7d"),
        ],
        positionals: [Positional("ACTION", isOptional: true, help: "`clear`, or `path` to print the file's path")],
        flags: [
            Flag("model", value: .required("PATTERN"), help: "clear: only answers of these models, such as 'openai/*'"),
            Flag("older-than", value: .required("AGE"), help: "clear: only answers older than 30m, 12h, 7d or 2w"),
            CommonFlags.json,
        ])

    static func run(_ arguments: ParsedArguments) async throws {
        guard let path = CacheLocation.path(environment: Environment.all) else {
            throw Failure(.notConfigured, "there is no folder for a cache: set DSPY_CACHE_DIR, XDG_CACHE_HOME or HOME")
        }
        let action = arguments.positionals.first
        if action != "clear", arguments.string("model") != nil || arguments.string("older-than") != nil {
            throw table.failure("--model and --older-than belong to `cache clear`")
        }
        let door = CacheOpener(path: path) { text in try? Output.error.writeLine("dspy-swift: warning: \(text)") }
        do {
            switch action {
            case nil: try show(try CacheContents.of(door), path, asJSON: arguments.bool("json"))
            case "path": try Output.standard.writeLine(path)
            case "clear": try clear(door, arguments)
            case let other?:
                throw table.failure(
                    "there is no 'cache \(other)'" + Spelling.hint(for: other, among: ["clear", "path"]))
            }
        } catch let error as SQLiteError {
            throw Failure(.io, "\(path): \(error)")
        }
    }

    private static func show(_ contents: CacheContents, _ path: String, asJSON: Bool) throws {
        if asJSON {
            let listing: JSON = [
                "path": .string(path), "entries": .int(contents.entries), "bytes": .int(contents.bytes),
                "oldest": contents.oldest.map { .string(SystemClock.text($0)) } ?? .null,
                "newest": contents.newest.map { .string(SystemClock.text($0)) } ?? .null,
            ]
            try Output.standard.writeLine(listing.text(.pythonIndented(2)))
            return
        }
        try Output.standard.writeLine("path: \(path)")
        try Output.standard.writeLine("entries: \(contents.entries)")
        try Output.standard.writeLine("bytes: \(contents.bytes)")
        if let oldest = contents.oldest { try Output.standard.writeLine("oldest: \(SystemClock.text(oldest))") }
        if let newest = contents.newest { try Output.standard.writeLine("newest: \(SystemClock.text(newest))") }
    }

    private static func clear(_ door: CacheOpener, _ arguments: ParsedArguments) throws {
        let before = try arguments.string("older-than").map { try SystemClock.seconds - seconds($0) }
        let count = try CacheContents.clear(door, model: arguments.string("model"), before: before)
        if arguments.bool("json") {
            try Output.standard.writeLine(JSON.object(["removed": .int(count)]).text(.python))
        } else {
            try Output.standard.writeLine("removed \(count) \(count == 1 ? "answer" : "answers")")
        }
    }

    /// The length of an age such as `7d`.
    private static func seconds(_ age: String) throws -> Int {
        let units: [Character: Int] = ["s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800]
        guard let last = age.last, let unit = units[last], let count = Int(age.dropLast()), count >= 0,
            count <= 1_000_000
        else { throw table.failure("option '--older-than' takes a number and s, m, h, d or w, not '\(age)'") }
        return count * unit
    }
}
