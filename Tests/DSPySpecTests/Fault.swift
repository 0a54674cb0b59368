import DSPySpec
import Testing

/// A program with one fault: its place marked in the text, and what is said of it.
struct Fault: Sendable, CustomTestStringConvertible {
    let code: SpecCode
    let text: String
    let message: String
    let help: String?
    let severity: SpecDiagnostic.Severity
    let files: [String: String]

    init(
        _ code: SpecCode, _ text: String, _ message: String, help: String? = nil,
        _ severity: SpecDiagnostic.Severity = .error, files: [String: String] = [:]
    ) {
        self.code = code
        self.text = text
        self.message = message
        self.help = help
        self.severity = severity
        self.files = files
    }

    var testDescription: String { "\(code.rawValue): \(text.prefix(120))" }

    /// Expects this fault, at its place, and no other finding.
    func expect() {
        let marked = MarkedText(text)
        let outcome = MemoryFiles(texts: files).load(marked.text)
        let found = outcome.diagnostics
        #expect(found.map(\.message) == [message], "\(found.map(\.description))")
        #expect(found.map(\.code) == [code])
        #expect(found.map(\.severity) == [severity])
        #expect(found.map(\.range) == marked.ranges, "\(found.map(\.description))")
        #expect(found.map(\.help) == [help])
        #expect((outcome.program == nil) == (severity == .error))
    }
}
