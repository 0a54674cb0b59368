import DSPyCore
import OrderedJSON

/// Holds the cases of a `switch` against the values that its field can have.
struct SwitchCases {
    private let choice: SwitchSpec
    private let source: SpecSource
    private let collector: DiagnosticCollector

    init(_ choice: SwitchSpec, _ source: SpecSource, _ collector: DiagnosticCollector) {
        self.choice = choice
        self.source = source
        self.collector = collector
    }

    /// A value by its label, and by another name if an enum's member has one.
    private struct Known {
        let label: String
        let alias: String?
    }

    /// The labels of the cases as the run compares them; faults are noted.
    func labels(of type: FieldType) -> [String] {
        guard let known = Self.known(type) else {
            open(type)
            return choice.cases.map(\.label)
        }
        let labels = choice.cases.map { given in
            known.first { $0.label == given.label }?.label ?? known.first { $0.alias == given.label }?.label
        }
        let names = known.map(\.label)
        for (given, label) in zip(choice.cases, labels) where label == nil {
            collector.error(
                .cases, "`\(path)` is never \"\(given.label)\"",
                help: DiagnosticCollector.closest(to: given.label, among: names).map { "did you mean \"\($0)\"?" }
                    ?? "it is one of \(Self.quoted(names))", at: given.range, in: source)
        }
        for (place, label) in labels.enumerated() where label != nil && labels[..<place].contains(label) {
            collector.error(
                .cases, "two cases are for \"\(label ?? "")\"", at: choice.cases[place].range, in: source)
        }
        let missing = names.filter { !labels.contains($0) }
        if let range = choice.otherwiseRange {
            if missing.isEmpty {
                collector.warning(
                    .cases, "`else` never runs: every value of `\(path)` has a case", at: range, in: source)
            }
        } else if !missing.isEmpty, !labels.contains(nil) {
            collector.error(
                .cases, "`switch` has no case for \(Self.quoted(missing))", help: "add it, or `else`",
                at: choice.range, in: source)
        }
        return zip(choice.cases, labels).map { $1 ?? $0.label }
    }

    private var path: String { choice.path.parts.joined(separator: ".") }

    /// A field of which nobody can list the values.
    private func open(_ type: FieldType) {
        switch type {
        case .any: break
        case .string, .integer, .custom(.reasoning):
            if choice.otherwiseRange == nil {
                collector.error(
                    .cases, "`\(path)` is \(type.name), so that no cases can be all there are",
                    help: "add `else`, or declare it as \(Self.type(of: choice.cases.map(\.label)).name)",
                    at: choice.range, in: source)
            }
        default:
            collector.error(
                .edge, "`switch` takes an enum, a Literal or a bool, but `\(path)` is \(type.name)", at: choice.range,
                in: source)
        }
    }

    private static func known(_ type: FieldType) -> [Known]? {
        switch type {
        case .boolean: return [Known(label: "true", alias: "True"), Known(label: "false", alias: "False")]
        case .none: return [Known(label: "null", alias: "None")]
        case .literal(let values): return values.map { Known(label: Switch.label(of: $0), alias: nil) }
        case .enumeration(let type):
            return type.members.map { Known(label: Switch.label(of: $0.value), alias: $0.name) }
        case .union(let alternatives):
            let all = alternatives.compactMap(known)
            return all.count == alternatives.count ? all.flatMap { $0 } : nil
        default: return nil
        }
    }

    /// The type of a field of which only the cases are known.
    static func type(of labels: [String]) -> FieldType {
        if Set(labels).isSubset(of: ["true", "false"]) { return .boolean }
        return .literal(of: labels.map { .string($0) })
    }

    private static func quoted(_ names: [String]) -> String {
        names.prefix(12).map { "\"\($0)\"" }.joined(separator: ", ") + (names.count > 12 ? ", …" : "")
    }
}
