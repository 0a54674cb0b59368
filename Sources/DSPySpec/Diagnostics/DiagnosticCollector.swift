import DSPy
package import OrderedJSON

/// Gathers findings while a program is read, so that all are told at once.
package final class DiagnosticCollector {
    /// The findings in the order they were made.
    package private(set) var diagnostics: [SpecDiagnostic] = []

    /// What is wrong with a model's name, as far as the caller knows; nil when nothing is.
    let doubtOfModel: (String) -> String?

    package init(doubtOfModel: @escaping (String) -> String? = { _ in nil }) { self.doubtOfModel = doubtOfModel }

    /// Whether a finding keeps the program from running.
    package var hasErrors: Bool { diagnostics.contains { $0.severity == .error } }

    /// The findings by place, each once.
    package var sorted: [SpecDiagnostic] {
        var seen: Set<SpecDiagnostic> = []
        return diagnostics.filter { seen.insert($0).inserted }
            .enumerated()
            .sorted {
                ($0.element.file, $0.element.range.lowerBound.offset, $0.offset) < (
                    $1.element.file, $1.element.range.lowerBound.offset, $1.offset
                )
            }
            .map(\.element)
    }

    /// Notes an error.
    package func error(
        _ code: SpecCode, _ message: String, help: String? = nil, at range: Range<TextPosition>, in source: SpecSource
    ) {
        add(.error, code, message, help, range, source)
    }

    /// Notes a warning.
    package func warning(
        _ code: SpecCode, _ message: String, help: String? = nil, at range: Range<TextPosition>, in source: SpecSource
    ) {
        add(.warning, code, message, help, range, source)
    }

    /// Notes a value of the wrong kind: what it is, what was expected, what was found.
    func wrongKind(_ what: String, _ wanted: String, _ value: PositionedJSON, in source: SpecSource) {
        let isShown = if case .scalar = value { true } else { false }
        error(
            .wrongKind, "`\(what)` is \(wanted), found \(isShown ? value.json.text() : value.json.kindName)",
            at: value.range, in: source)
    }

    /// `did you mean …?`, if a name resembles a known one.
    static func meant(_ name: String, _ known: some Collection<String>) -> String? {
        closest(to: name, among: known).map { "did you mean `\($0)`?" }
    }

    /// The known name that was probably meant; of very many names nobody guesses, since each is held against each.
    static func closest(to name: String, among known: some Collection<String>) -> String? {
        known.count > 300 ? nil : Spelling.closest(to: name, among: known)
    }

    private func add(
        _ severity: SpecDiagnostic.Severity, _ code: SpecCode, _ message: String, _ help: String?,
        _ range: Range<TextPosition>, _ source: SpecSource
    ) {
        diagnostics.append(SpecDiagnostic(severity, code, message, help: help, at: range, in: source))
    }

    /// Notes a text that is no JSON.
    func syntax(_ error: JSONError, in source: SpecSource) { diagnostics.append(SpecDiagnostic(error, in: source)) }
}
