import DSPyCore
import OrderedJSON

/// What an object says of a field: a description, a default, bounds.
struct FieldDetails {
    /// What the model is told of it.
    private(set) var description: String?
    /// The value it takes when it is missing.
    private(set) var defaultValue: PositionedJSON?
    /// Bounds.
    private(set) var bounds: [Constraints.Bound] = []

    /// The names of bounds.
    static let boundKeys = Constraints.Kind.allCases.map(\.rawValue)

    /// Reads the keys that may stand there; the ones in `others` are somebody else's.
    init(
        _ object: PositionedObject, of field: String, others: [String] = [], takesDefault: Bool, _ source: SpecSource,
        _ collector: DiagnosticCollector
    ) {
        for member in object.members where !others.contains(member.key) {
            if member.key == "desc" {
                description = member.value.string
                if description == nil { collector.wrongKind("\(field).desc", "a string", member.value, in: source) }
            } else if member.key == "default", takesDefault {
                defaultValue = member.value
            } else if let kind = Constraints.Kind(rawValue: member.key) {
                guard member.value.json.number != nil else {
                    collector.wrongKind("\(field).\(member.key)", "a number", member.value, in: source)
                    continue
                }
                bounds.append(.init(kind, Value(member.value.json)))
            } else {
                let known = others + ["desc"] + (takesDefault ? ["default"] : []) + Self.boundKeys
                collector.error(
                    .unknownKey, "a field has no key `\(member.key)`",
                    help: DiagnosticCollector.meant(member.key, known) ?? Self.help(member.key, known),
                    at: member.keyRange, in: source)
            }
        }
    }

    private static func help(_ key: String, _ known: [String]) -> String {
        if key == "default" { return "values of a signature's fields stand under `defaults`" }
        if key == "type" {
            return "types of a signature's fields stand in the signature: \"question: str -> answer: int\""
        }
        return "it may have \(known.map { "`\($0)`" }.joined(separator: ", "))"
    }
}
