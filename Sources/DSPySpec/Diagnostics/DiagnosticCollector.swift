package import OrderedJSON

/// Gathers findings while a program is read, so that all are told at once.
package final class DiagnosticCollector {
    /// The findings in the order they were made.
    package private(set) var diagnostics: [SpecDiagnostic] = []

    package init() {}

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

    private func add(
        _ severity: SpecDiagnostic.Severity, _ code: SpecCode, _ message: String, _ help: String?,
        _ range: Range<TextPosition>, _ source: SpecSource
    ) {
        diagnostics.append(
            SpecDiagnostic(
                severity: severity, code: code, message: message, help: help, file: source.name, range: range,
                sourceLine: source.line(at: range.lowerBound)))
    }
}
