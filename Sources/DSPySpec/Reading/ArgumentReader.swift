import DSPyCore
import OrderedJSON

/// Reads the arguments of a tool: name to annotation, `"limit": "int = 20"`, or to an object with `type`.
struct ArgumentReader {
    let source: SpecSource
    let types: [String: FieldType]
    let collector: DiagnosticCollector

    func arguments(_ object: PositionedObject, of tool: String) -> [ToolSpec.Argument] {
        guard let value = object["args"]?.value else { return [] }
        guard let members = value.object?.members else {
            collector.wrongKind("args", "an object of argument and type", value, in: source)
            return []
        }
        return members.map { member in
            if !PythonString.isIdentifier(member.key) {
                collector.error(
                    .wrongKind, "an argument's name is an identifier, found \"\(member.key)\"", at: member.keyRange,
                    in: source)
            }
            // One that cannot be read must not be told again by each place that names it.
            return argument(member)
                ?? .init(name: member.key, type: .any, description: nil, defaultValue: nil)
        }
    }

    private func argument(_ member: PositionedMember) -> ToolSpec.Argument? {
        if member.value.string != nil { return argument(member.key, type: member.value, nil) }
        guard let details = member.value.object else {
            collector.wrongKind("args.\(member.key)", "a type, or an object with `type`", member.value, in: source)
            return nil
        }
        for detail in details.members where !["type", "desc", "default"].contains(detail.key) {
            collector.error(
                .unknownKey, "an argument has no key `\(detail.key)`",
                help: DiagnosticCollector.meant(detail.key, ["type", "desc", "default"])
                    ?? "it may have `type`, `desc`, `default`", at: detail.keyRange, in: source)
        }
        guard let type = details["type"]?.value else {
            collector.error(
                .shape, "the argument `\(member.key)` has no `type`", at: member.value.range, in: source)
            return nil
        }
        guard type.string != nil else {
            collector.wrongKind("args.\(member.key).type", "a string", type, in: source)
            return nil
        }
        return argument(member.key, type: type, details)
    }

    private func argument(
        _ name: String, type value: PositionedJSON, _ details: PositionedObject?
    ) -> ToolSpec.Argument? {
        let annotation: ArgumentAnnotation
        do throws(SignatureError) {
            annotation = try ArgumentAnnotation(value.string ?? "", namedTypes: types)
        } catch {
            collector.error(
                .type, error.message, help: error.suggestion.map { "did you mean `\($0)`?" },
                at: source.range(of: error.range, in: value), in: source)
            return nil
        }
        var description: String?
        if let given = details?["desc"]?.value {
            description = given.string
            if description == nil { collector.wrongKind("args.\(name).desc", "a string", given, in: source) }
        }
        var fallback: Value?
        if let given = details?["default"]?.value {
            if let range = annotation.defaultRange {
                collector.error(
                    .shape, "`\(name)` has two defaults", at: source.range(of: range, in: value), in: source)
            }
            fallback = fitted(Value(given.json), annotation.type, name, given.range)
        } else if let written = annotation.defaultValue, let range = annotation.defaultRange {
            fallback = fitted(written, annotation.type, name, source.range(of: range, in: value))
        }
        return .init(name: name, type: annotation.type, description: description, defaultValue: fallback)
    }

    private func fitted(_ value: Value, _ type: FieldType, _ name: String, _ range: Range<TextPosition>) -> Value {
        do throws(ValidationError) { return try type.fit(value) } catch {
            collector.error(
                .type, "the default of `\(name)` does not fit \(type.name): \(error)", at: range, in: source)
            return value
        }
    }
}

/// Reads numbers within bounds.
enum SpecNumber {
    static func seconds(
        _ value: PositionedJSON, _ key: String, _ collector: DiagnosticCollector, _ source: SpecSource,
        mayBeZero: Bool = false
    ) -> Double? {
        guard let number = value.json.number, number.isFinite, number > 0 || mayBeZero && number == 0,
            number <= Double(SpecBounds.seconds.upperBound)
        else {
            let least = mayBeZero ? "from 0" : "above 0"
            collector.wrongKind(
                key, "a number of seconds \(least) up to \(SpecBounds.seconds.upperBound)", value, in: source)
            return nil
        }
        return number
    }

    static func whole(
        _ value: PositionedJSON, _ key: String, _ range: ClosedRange<Int>, _ collector: DiagnosticCollector,
        _ source: SpecSource
    ) -> Int? {
        guard let number = value.json.int, range.contains(number) else {
            collector.wrongKind(
                key, "a whole number from \(range.lowerBound) to \(range.upperBound)", value, in: source)
            return nil
        }
        return number
    }
}
