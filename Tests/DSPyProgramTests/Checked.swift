import DSPySpec
import Testing

/// The program of a text, which reaches no other file.
func checked(_ text: String) throws -> CheckedProgram {
    let files = SpecFiles(
        read: { (_: String) throws(SpecFiles.Failure) -> [UInt8] in throw .missing }, resolve: { _ in nil })
    let outcome = SpecLoader(files: files).load(path: "p.json", bytes: Array(text.utf8))
    return try #require(outcome.program, "\(outcome.diagnostics.map(\.description))")
}
