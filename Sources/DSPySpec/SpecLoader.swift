import DSPy
import OrderedJSON

/// Reads and checks a program in one go.
package struct SpecLoader {
    /// What loading gave: the program if it can run, and all findings.
    package struct Outcome: Sendable {
        /// The program; nil when some finding is an error.
        package let program: CheckedProgram?
        /// Errors and warnings by place.
        package let diagnostics: [SpecDiagnostic]
    }

    private let files: SpecFiles

    package init(files: SpecFiles) { self.files = files }

    /// The program of a file.
    package func load(path: String, bytes: [UInt8]) -> Outcome {
        let folder = path.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
        let root = folder.isEmpty && path.hasPrefix("/") ? "/" : folder
        return outcome(rootFolder: root) { $0.read(SpecSource(name: path, folder: root, bytes: bytes)) }
    }

    /// The program of a bare signature string.
    package func load(signature: String) -> Outcome {
        outcome(rootFolder: "") {
            $0.read(signature: signature, SpecSource(name: "<signature>", folder: "", bytes: []))
        }
    }

    private func outcome(rootFolder: String, _ read: (inout SpecReader) -> ProgramSpec?) -> Outcome {
        let collector = DiagnosticCollector()
        var reader = SpecReader(files: files, collector: collector, rootFolder: rootFolder)
        let program = read(&reader).flatMap { SpecChecker(collector: collector).check($0) }
        return Outcome(program: collector.hasErrors ? nil : program, diagnostics: collector.sorted)
    }
}
