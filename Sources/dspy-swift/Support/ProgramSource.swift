import Console
import DSPySpec
import Synchronization

/// Loads the program that an argument names: a file, a folder with `program.json`, standard input, or a signature.
enum ProgramSource {
    /// The program, with its warnings told.
    ///
    /// - Parameter roles: Gets the files that the program is made of.
    /// - Throws: `Failure` after all findings are on standard error.
    static func load(
        _ argument: String, _ messages: Messages, _ roles: inout FileRoles
    ) throws -> CheckedProgram {
        let named = NamedFiles()
        let outcome = try outcome(argument, named)
        let isBroken = outcome.program == nil
        if isBroken || !messages.isQuiet { try tell(outcome.diagnostics, more: outcome.more, messages.terminal.style) }
        guard let program = outcome.program else { throw Failure(.data) }
        roles.add(program, named: named.paths)
        return program
    }

    /// The program and all findings.
    ///
    /// - Parameters:
    ///   - named: Notes the files that are read.
    ///   - doubtOfModel: What is wrong with a model's name; told as a warning.
    static func outcome(
        _ argument: String, _ named: NamedFiles = NamedFiles(),
        doubtOfModel: @escaping @Sendable (String) -> String? = { _ in nil }
    ) throws -> SpecLoader.Outcome {
        let loader = SpecLoader(files: files(named), doubtOfModel: doubtOfModel)
        if argument == "-" {
            return loader.load(path: "-", bytes: try FileReading.standardInput(limit: SpecReaderLimit.bytes))
        }
        if isSignature(argument) { return loader.load(signature: argument) }
        let path = file(argument)
        named.note(path)
        do {
            return loader.load(path: path, bytes: try bytes(at: path))
        } catch  where error.reason == .missing {
            guard !argument.isEmpty else { throw Failure(.noInput, "the program's name is empty") }
            guard path == argument else { throw Failure(.noInput, "\(error); a folder stands for its program.json") }
            let hint =
                argument.contains(" ") || !argument.contains(".") ? "; a signature looks like 'question -> answer'" : ""
            throw Failure(.noInput, "\(error)\(hint)")
        } catch {
            throw Failure(error.exitCode, "\(error)")
        }
    }

    /// The bytes of a program's own file, which the shell may give as `<(command)`.
    static func bytes(at path: String) throws(FileError) -> [UInt8] {
        try FileReading.bytes(
            at: path, limit: SpecReaderLimit.bytes, isPlain: !FileReading.isDescriptor(path))
    }

    /// How a program reaches the files it names.
    static func files(_ named: NamedFiles = NamedFiles()) -> SpecFiles {
        SpecFiles(
            read: { (path: String) throws(SpecFiles.Failure) -> [UInt8] in
                named.note(path)
                do throws(FileError) {
                    return try FileReading.bytes(at: path, limit: SpecReaderLimit.bytes, isPlain: true)
                } catch {
                    if error.reason == .missing { throw .missing }
                    throw .unreadable("\(error)")
                }
            },
            resolve: { Environment.resolved($0) })
    }

    /// An arrow makes a signature, unless a file of that name is there.
    static func isSignature(_ argument: String) -> Bool { argument.contains("->") && !FileReading.exists(argument) }

    /// The file of an argument: a folder stands for its `program.json`.
    static func file(_ argument: String) -> String {
        FileReading.isDirectory(argument) ? trimmed(argument) + "/program.json" : argument
    }

    /// The folder of an argument's file; empty for a signature and for standard input.
    static func folder(of argument: String) -> String {
        guard argument != "-", !isSignature(argument) else { return "" }
        let parts = file(argument).split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count > 1 else { return "." }
        let folder = parts.dropLast().joined(separator: "/")
        return folder.isEmpty ? "/" : folder
    }

    private static func trimmed(_ folder: String) -> String {
        var folder = folder
        while folder.count > 1, folder.hasSuffix("/") { folder.removeLast() }
        return folder
    }

    /// Findings on standard error, as compilers print them.
    static func tell(_ diagnostics: [SpecDiagnostic], more: Int = 0, _ style: TextStyle) throws {
        for diagnostic in diagnostics {
            let text = Terminal.escaped(diagnostic.description)
            let lines = text.split(separator: "\n", maxSplits: 1, omittingEmptySubsequences: false)
            let isError = diagnostic.severity == .error
            let head = isError ? style.red(style.bold(String(lines[0]))) : style.yellow(String(lines[0]))
            try Output.error.write(drawn: head + (lines.count > 1 ? "\n" + lines[1] : "") + "\n")
        }
        if more > 0 { try Output.error.writeLine("… and \(more) more") }
    }
}

/// The files that a program is made of, noted while it is read.
final class NamedFiles: Sendable {
    private let list = Mutex<[String]>([])

    /// Takes note of one.
    func note(_ path: String) { list.withLock { $0.append(path) } }

    /// All of them, its own first.
    var paths: [String] { list.withLock { $0 } }
}

/// The largest file that is read as a part of a program.
enum SpecReaderLimit {
    static let bytes = 64 << 20
}
