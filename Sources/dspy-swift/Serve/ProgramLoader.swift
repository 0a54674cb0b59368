import Console
import DSPyClients
import DSPyCore
import DSPyProgram
import DSPyServer
import DSPySpec
import Platform
import Synchronization

/// Loads the programs of a command line, at the start and whenever they are to be read again.
final class ProgramLoader: Sendable {
    /// A program as the command line names it.
    private struct Entry: Sendable {
        /// The name before `=`; nil for the program's own.
        let name: String?
        let source: String
    }

    private let entries: [Entry]
    private let arguments: ParsedArguments
    private let messages: Messages
    private let settings: RunSettings
    private let trace: LineFile?
    private let notes = LineQueue("warnings")
    private let cache = Mutex<LMCache?>(nil)
    /// What came from standard input, which can be read only once.
    private let piped = Mutex<CheckedProgram?>(nil)
    private let named = Mutex<[String]>([])

    init(_ arguments: ParsedArguments, _ messages: Messages) throws {
        guard !arguments.positionals.isEmpty else { throw arguments.table.failure("which program?") }
        entries = arguments.positionals.map(Self.entry)
        if let url = entries.first(where: { $0.source.hasPrefix("models:/") }) {
            throw arguments.table.failure(
                "\(url.source): models of a registry cannot be served yet; give a program file")
        }
        if entries.count(where: { $0.source == "-" }) > 1 {
            throw arguments.table.failure("standard input can be one program only")
        }
        self.arguments = arguments
        self.messages = messages
        settings = try RunSettings(arguments, messages)
        trace = try LineFile.opened("trace", arguments, messages)
    }

    /// `NAME=PROGRAM`, unless a file is called so.
    private static func entry(_ argument: String) -> Entry {
        guard let equals = argument.firstIndex(of: "="), isName(argument[..<equals]), !FileReading.exists(argument)
        else { return Entry(name: nil, source: argument) }
        return Entry(name: String(argument[..<equals]), source: String(argument[argument.index(after: equals)...]))
    }

    private static func isName(_ text: Substring) -> Bool {
        func isPlain(_ byte: UInt8) -> Bool {
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
            default: false
            }
        }
        guard let first = text.utf8.first, isPlain(first), text.utf8.count <= 64 else { return false }
        return text.utf8.allSatisfy { isPlain($0) || "_.-".utf8.contains($0) }
    }

    /// The files that were read last.
    var files: [String] { named.withLock { $0 } }

    // MARK: Loading

    /// All programs, open.
    ///
    /// - Parameter isFirst: Whether programs that do not load may be left out, if that was asked for: what is served does not go
    ///   away later.
    /// - Throws: `Failure` after the findings of those that do not load are on standard error; nothing stays open.
    func load(isFirst: Bool) async throws -> ProgramSet {
        var roles = FileRoles(arguments)
        let loaded = try checked(&roles, skipsBroken: isFirst && arguments.bool("skip-broken"))
        try roles.check(arguments)
        let names = try names(of: loaded)
        var served: [ServedProgram] = []
        do {
            for ((entry, program), name) in zip(loaded, names) {
                served.append(try await open(program, entry.source, name))
            }
        } catch {
            for program in served { await program.close() }
            throw error
        }
        return ProgramSet(served)
    }

    /// The programs that can be served.
    private func checked(
        _ roles: inout FileRoles, skipsBroken: Bool
    ) throws -> [(entry: Entry, program: CheckedProgram)] {
        var loaded: [(entry: Entry, program: CheckedProgram)] = []
        var files: [String] = []
        defer { named.withLock { $0 = files } }
        var broken: Failure?
        let details = try SignatureDetails(arguments, of: entries.map(\.source))
        for entry in entries {
            if entry.source == "-", let program = piped.withLock({ $0 }) {
                loaded.append((entry, program))
                continue
            }
            let names = NamedFiles()
            // Also those of a program that is broken: it is read again when one of them changes.
            defer { files += names.paths }
            do {
                let program = try ProgramSource.load(entry.source, messages, &roles, details, noting: names)
                if entry.source == "-" { piped.withLock { $0 = program } }
                loaded.append((entry, program))
            } catch {
                let failure = Failure(error)
                guard skipsBroken else { throw failure }
                messages.warn("\(entry.source) is not served" + (failure.message.map { ": \($0)" } ?? ""))
                broken = broken ?? failure
            }
        }
        if loaded.isEmpty { throw Failure(.data, broken?.message ?? "there is no program left to serve") }
        return loaded
    }

    private func names(of loaded: [(entry: Entry, program: CheckedProgram)]) throws -> [String] {
        var names: [String] = []
        for (entry, program) in loaded {
            let isNameless = program.name.hasPrefix("<") || program.name == "-"
            let name = entry.name ?? (isNameless ? "program" : program.name)
            let advice = "; give it another with NAME=\(entry.source)"
            guard Self.isName(name[...]) else {
                throw Failure(
                    .usage, "'\(name)' cannot be a part of an address (letters, digits, `_`, `.` and `-`)\(advice)")
            }
            guard !ProgramServer.reservedNames.contains(name) else {
                throw Failure(.usage, "'\(name)' begins a route of the server and cannot name a program\(advice)")
            }
            guard !names.contains(name) else {
                throw Failure(.usage, "two programs are called '\(name)'\(advice)")
            }
            names.append(name)
        }
        return names
    }

    private func open(_ program: CheckedProgram, _ source: String, _ name: String) async throws -> ServedProgram {
        // Nobody sits at the terminal of a server.
        var told = messages.run
        told.ask = { _ in nil }
        let shared = cache.withLock { $0 }
        var models = ModelChoice(settings, program: program.settings, cache: shared, messages: told)
        cache.withLock { $0 = models.cache }
        let folder = ProgramSource.folder(of: source)
        models.grants = try Permission.grants(for: program, in: folder, models, told, asks: false)
        models.warmUp()
        let ready = try await ReadyProgram.open(program, in: folder, settings, models)
        do {
            let trace = trace.map { file in
                { @Sendable (module: any Module) -> @Sendable (String) -> RunTrace in
                    let trace = TraceFile(file, of: module)
                    return { trace.trace(item: $0) }
                }
            }
            return try ServedProgram(name: name, ready, trace: trace) { [messages, notes] text in
                notes.put { messages.warn(text) }
            }
        } catch {
            await ready.close()
            throw error
        }
    }
}
