import Basics
import Console
import DSPyProgram
import DSPySpec
import Platform

extension SignatureDetails {
    /// What `--module` and `--instructions` say.
    ///
    /// - Parameter programs: What they would be said of.
    /// - Throws: a failure (64) beside anything but signatures.
    init(_ arguments: ParsedArguments, of programs: some Sequence<String>) throws {
        self.init()
        let given = ["module", "instructions"].filter { arguments.string($0) != nil }
        guard let flag = given.first else { return }
        if let other = programs.first(where: { !ProgramSource.isSignature($0) }) {
            throw arguments.table.failure(
                "--\(flag) goes with a signature, such as 'question -> answer'; '\(other.shortened(to: 60))' is a program "
                    + "that says its own `\(flag)`")
        }
        module = arguments.string("module").flatMap { ModuleKind(rawValue: $0) }
        guard let text = arguments.string("instructions") else { return }
        guard text.hasPrefix("@") else {
            instructions = text
            return
        }
        let path = String(text.dropFirst())
        guard path != "-" else {
            throw arguments.table.failure("--instructions @- : standard input is for the inputs; name a file")
        }
        guard let read = String(validating: try FileReading.bytes(at: path), as: UTF8.self) else {
            throw Failure(.data, "--instructions: \(path) is not UTF-8")
        }
        instructions = read
    }
}
