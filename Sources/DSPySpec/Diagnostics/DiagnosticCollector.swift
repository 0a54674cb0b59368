import Basics
import DSPyCore
package import OrderedJSON

/// Gathers findings while a program is read, so that all are told at once; of very many only the first.
package final class DiagnosticCollector {
    /// How many errors are kept, and how many warnings.
    package static let limit = 100

    /// The findings in the order they were made.
    package private(set) var diagnostics: [SpecDiagnostic] = []
    /// How many were made beside those.
    package private(set) var more = 0
    private var counts: [SpecDiagnostic.Severity: Int] = [:]

    private var secretRanges: [String: [Range<Int>]] = [:]

    /// What is wrong with a model's name, as far as the caller knows; nil when nothing is.
    let problemWithModel: (String) -> String?

    package init(problemWithModel: @escaping (String) -> String? = { _ in nil }) {
        self.problemWithModel = problemWithModel
    }

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
        _ code: SpecCode, _ message: @autoclosure () -> String, help: @autoclosure () -> String? = nil,
        at range: Range<TextPosition>, in source: SpecSource
    ) {
        add(.error, code, message, help, range, source)
    }

    /// Notes a warning.
    package func warning(
        _ code: SpecCode, _ message: @autoclosure () -> String, help: @autoclosure () -> String? = nil,
        at range: Range<TextPosition>, in source: SpecSource
    ) {
        add(.warning, code, message, help, range, source)
    }

    /// Notes a value of the wrong kind: what it is, what was expected, what was found.
    func wrongKind(_ what: String, _ wanted: String, _ value: PositionedJSON, in source: SpecSource) {
        var isShown = if case .scalar = value { true } else { false }
        if !SecretOptions.literals(in: value.json, of: what, isHeader: true).isEmpty { isShown = false }
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

    /// Whether one more is kept, which is counted; what it says need not be made up otherwise.
    private func hasRoom(_ severity: SpecDiagnostic.Severity) -> Bool {
        guard counts[severity, default: 0] < Self.limit else {
            more += 1
            return false
        }
        counts[severity, default: 0] += 1
        return true
    }

    private func add(
        _ severity: SpecDiagnostic.Severity, _ code: SpecCode, _ message: () -> String, _ help: () -> String?,
        _ range: Range<TextPosition>, _ source: SpecSource
    ) {
        guard hasRoom(severity) else { return }
        diagnostics.append(
            SpecDiagnostic(severity, code, message(), help: help(), at: range, in: source, hiding: secrets(of: source)))
    }

    /// Where secrets stand in a file; looked for when the first finding shows a part of it.
    private func secrets(of source: SpecSource) -> [Range<Int>] {
        if let known = secretRanges[source.name] { return known }
        let found = source.isSignature ? [] : SecretRanges.all(in: source.bytes)
        secretRanges[source.name] = found
        return found
    }

    /// Notes a text that is no JSON.
    func syntax(_ error: JSONError, help: @autoclosure () -> String? = nil, in source: SpecSource) {
        guard hasRoom(.error) else { return }
        var finding = SpecDiagnostic(error, in: source, hiding: secrets(of: source))
        finding.help = help()
        diagnostics.append(finding)
    }
}
