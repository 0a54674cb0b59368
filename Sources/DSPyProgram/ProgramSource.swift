package import Platform
package import DSPySpec
import Synchronization

/// Loads the program that an argument names: a file, a folder with `program.json`, standard input, a signature, or a program
/// as JSON text.
package enum ProgramSource {
    /// The largest file that is read as a part of a program, in bytes.
    private static let sizeLimit = 64 << 20

    /// The program and all findings.
    ///
    /// - Parameters:
    ///   - named: Notes the files that are read.
    ///   - details: What is said of a signature; of any other argument it says nothing.
    ///   - problemWithModel: What is wrong with a model's name; told as a warning.
    package static func outcome(
        _ argument: String, _ named: NamedFiles = NamedFiles(), details: SignatureDetails = SignatureDetails(),
        problemWithModel: @escaping @Sendable (String) -> String? = { _ in nil }
    ) throws -> SpecLoader.Outcome {
        let loader = SpecLoader(files: files(named), problemWithModel: problemWithModel)
        if argument == "-" {
            return loader.load(path: "-", bytes: try FileReading.standardInput(limit: sizeLimit))
        }
        if isText(argument) { return loader.load(path: "<program>", bytes: Array(argument.utf8)) }
        if isSignature(argument) { return loader.load(signature: argument, details) }
        let path = file(argument)
        named.note(path)
        do {
            return loader.load(path: path, bytes: try bytes(at: path))
        } catch  where error.reason == .missing {
            guard !argument.isEmpty else { throw ProgramError(.noInput, "the program's name is empty") }
            guard path == argument else {
                throw ProgramError(.noInput, "\(error); a folder stands for its program.json")
            }
            let hint =
                argument.contains(" ") || !argument.contains(".") ? "; a signature looks like 'question -> answer'" : ""
            throw ProgramError(.noInput, "\(error)\(hint)")
        } catch {
            throw error
        }
    }

    /// The bytes of a program's own file, which the shell may give as `<(command)`.
    package static func bytes(at path: String) throws(FileError) -> [UInt8] {
        try FileReading.bytes(
            at: path, limit: sizeLimit, isPlain: !FileReading.isDescriptor(path))
    }

    /// How a program reaches the files it names.
    package static func files(_ named: NamedFiles = NamedFiles()) -> SpecFiles {
        SpecFiles(
            read: { (path: String) throws(SpecFiles.Failure) -> [UInt8] in
                named.note(path)
                do throws(FileError) {
                    return try FileReading.bytes(at: path, limit: sizeLimit, isPlain: true)
                } catch {
                    if error.reason == .missing { throw .missing }
                    throw .unreadable("\(error)")
                }
            },
            resolve: { SystemPath.resolved($0) })
    }

    /// An arrow makes a signature, unless a file of that name is there.
    package static func isSignature(_ argument: String) -> Bool {
        argument.contains("->") && !isText(argument) && !FileReading.exists(argument)
    }

    /// A brace at the start makes a program as JSON text, unless a file of that name is there.
    package static func isText(_ argument: String) -> Bool {
        argument.utf8.first { ![0x20, 0x09, 0x0A, 0x0D].contains($0) } == UInt8(ascii: "{")
            && !FileReading.exists(argument)
    }

    /// The file of an argument: a folder stands for its `program.json`.
    package static func file(_ argument: String) -> String {
        FileReading.isDirectory(argument) ? trimmed(argument) + "/program.json" : argument
    }

    /// The folder of an argument's file; empty for what comes from no file.
    package static func folder(of argument: String) -> String {
        guard argument != "-", !isText(argument), !isSignature(argument) else { return "" }
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
}
