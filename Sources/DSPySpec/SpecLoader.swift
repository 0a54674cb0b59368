import Basics
import DSPyCore
import OrderedJSON

/// Reads and checks a program in one go.
package struct SpecLoader {
    /// What loading gave: the program if it can run, and all findings.
    package struct Outcome: Sendable {
        /// The program; nil when some finding is an error.
        package let program: CheckedProgram?
        /// Errors and warnings by place; of very many only the first.
        package let diagnostics: [SpecDiagnostic]
        /// How many there are beside those.
        package let more: Int
    }

    private let files: SpecFiles
    private let problemWithModel: @Sendable (String) -> String?

    /// A loader.
    ///
    /// - Parameters:
    ///   - files: How the program reaches the files it names.
    ///   - problemWithModel: What is wrong with a model's name, as far as the caller knows; told as a warning.
    package init(files: SpecFiles, problemWithModel: @escaping @Sendable (String) -> String? = { _ in nil }) {
        self.files = files
        self.problemWithModel = problemWithModel
    }

    /// The program of a file.
    package func load(path: String, bytes: [UInt8]) -> Outcome {
        let folder = path.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
        let root = folder.isEmpty && path.hasPrefix("/") ? "/" : folder
        return outcome(rootFolder: root) { $0.read(SpecSource(name: path, folder: root, bytes: bytes)) }
    }

    /// The program of a bare signature string.
    package func load(signature: String, _ details: SignatureDetails = SignatureDetails()) -> Outcome {
        outcome(rootFolder: "") { $0.read(signature: signature, details) }
    }

    private func outcome(
        rootFolder: String, _ read: @escaping @Sendable (inout SpecReader) -> ProgramSpec?
    ) -> Outcome {
        // Nodes stand up to 32 deep in one another, and each takes some kilobytes of stack to read and to check.
        DeepStack.run { checked(rootFolder: rootFolder, read) }
    }

    private func checked(rootFolder: String, _ read: (inout SpecReader) -> ProgramSpec?) -> Outcome {
        let collector = DiagnosticCollector(problemWithModel: problemWithModel)
        var reader = SpecReader(files: files, collector: collector, rootFolder: rootFolder)
        let program = read(&reader).flatMap { SpecChecker(collector: collector).check($0) }
        return Outcome(
            program: collector.hasErrors ? nil : program, diagnostics: collector.sorted, more: collector.more)
    }
}
