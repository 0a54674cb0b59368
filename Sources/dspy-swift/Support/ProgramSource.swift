import Console
import DSPySpec

/// Loads the program that an argument names: a file, a folder with `program.json`, standard input, or a signature.
enum ProgramSource {
    /// The program, with its warnings told.
    ///
    /// - Throws: `Failure` after all findings are on standard error.
    static func load(_ argument: String, _ messages: Messages) throws -> CheckedProgram {
        let outcome = try outcome(argument)
        let isBroken = outcome.program == nil
        if isBroken || !messages.isQuiet { try tell(outcome.diagnostics, messages.terminal.style) }
        guard let program = outcome.program else { throw Failure(.data) }
        return program
    }

    /// The program and all findings.
    ///
    /// - Parameter doubtOfModel: What is wrong with a model's name; told as a warning.
    static func outcome(
        _ argument: String, doubtOfModel: @escaping @Sendable (String) -> String? = { _ in nil }
    ) throws -> SpecLoader.Outcome {
        let loader = SpecLoader(files: files, doubtOfModel: doubtOfModel)
        if argument == "-" {
            return loader.load(path: "-", bytes: try FileReading.standardInput(limit: SpecReaderLimit.bytes))
        }
        if isSignature(argument) { return loader.load(signature: argument) }
        let path = file(argument)
        do {
            return loader.load(path: path, bytes: try FileReading.bytes(at: path, limit: SpecReaderLimit.bytes))
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

    /// How a program reaches the files it names.
    static let files = SpecFiles(
        read: { (path: String) throws(SpecFiles.Failure) -> [UInt8] in
            do throws(FileError) {
                return try FileReading.bytes(at: path, limit: SpecReaderLimit.bytes)
            } catch {
                if error.reason == .missing { throw .missing }
                throw .unreadable("\(error)")
            }
        },
        resolve: { Environment.resolved($0) })

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
    static func tell(_ diagnostics: [SpecDiagnostic], _ style: TextStyle) throws {
        for diagnostic in diagnostics {
            let lines = diagnostic.description.split(separator: "\n", maxSplits: 1, omittingEmptySubsequences: false)
            let isError = diagnostic.severity == .error
            let head = isError ? style.red(style.bold(String(lines[0]))) : style.yellow(String(lines[0]))
            let rest = lines.count > 1 ? "\n" + lines[1] : ""
            try Output.error.writeLine(Terminal.sanitized(head, keepingStyle: style) + Terminal.sanitized(rest))
        }
    }
}

extension Terminal {
    /// Untrusted text inside our own colours: only the text is cleaned.
    fileprivate static func sanitized(_ text: String, keepingStyle style: TextStyle) -> String {
        style.isOn ? text : sanitized(text)
    }
}

/// The largest file that is read as a part of a program.
enum SpecReaderLimit {
    static let bytes = 64 << 20
}
