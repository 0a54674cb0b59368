import DSPy
import OrderedJSON

/// Reads named types: an object is a record, an array an enum; the long forms say more.
struct TypeReader {
    let source: SpecSource
    let collector: DiagnosticCollector
    private var types: [String: FieldType] = [:]

    init(source: SpecSource, collector: DiagnosticCollector) {
        self.source = source
        self.collector = collector
    }

    /// All types of the object.
    ///
    /// Types may name those that stand before or after them, but not in a circle.
    mutating func read(_ declared: PositionedObject) -> [String: FieldType] {
        for member in declared.members where !PythonString.isIdentifier(member.key) {
            collector.error(
                .type, "a type's name is an identifier, found \"\(member.key)\"", at: member.keyRange, in: source)
        }
        let names = Set(declared.members.map(\.key))
        var waiting = declared.members.filter { PythonString.isIdentifier($0.key) }
        while !waiting.isEmpty {
            let open = Set(waiting.map(\.key))
            let ready = waiting.filter { Self.references($0.value, among: open).isEmpty }
            guard !ready.isEmpty else {
                for member in waiting {
                    collector.error(
                        .cycle, "the type `\(member.key)` is made of types that need it themselves",
                        help: "records that contain themselves are not supported", at: member.keyRange, in: source)
                }
                break
            }
            for member in ready {
                if let type = type(member.key, member.value, known: names) { types[member.key] = type }
            }
            waiting.removeAll { member in ready.contains { $0.key.hasSameBytes(as: member.key) } }
        }
        // The order of declaration decides nothing, but a type that failed must not be told again by each user.
        for name in names where types[name] == nil { types[name] = .any }
        return types
    }

    /// The names of types among `names` that the annotations of a declaration mention.
    private static func references(_ value: PositionedJSON, among names: Set<String>) -> Set<String> {
        var found: Set<String> = []
        func scan(_ text: String) {
            var word = ""
            for scalar in text.unicodeScalars {
                if PythonString.isIdentifierPart(scalar) {
                    word.unicodeScalars.append(scalar)
                } else {
                    if names.contains(word) { found.insert(word) }
                    word = ""
                }
            }
            if names.contains(word) { found.insert(word) }
        }
        guard let object = value.object else { return [] }
        if let fields = object["fields"]?.value.array {
            for field in fields { scan(field["type"]?.string ?? "") }
        } else if object["kind"] == nil {
            for member in object.members { scan(member.value.string ?? member.value["type"]?.string ?? "") }
        }
        return found
    }

    private func type(_ name: String, _ value: PositionedJSON, known: Set<String>) -> FieldType? {
        if let items = value.array { return enumeration(name, items, value) }
        guard let object = value.object else {
            collector.error(
                .wrongKind,
                "the type `\(name)` is an object (a record) or an array (an enum), found \(value.json.kindName)",
                at: value.range, in: source)
            return nil
        }
        switch object["kind"]?.value.string {
        case "enum"?: return longEnumeration(name, object)
        case "object"?: return longRecord(name, object)
        case let kind? where object["fields"] != nil || object["members"] != nil:
            collector.error(
                .type, "the type `\(name)` has the kind \"\(kind)\"", help: "expected \"object\" or \"enum\"",
                at: object["kind"]?.value.range ?? value.range, in: source)
            return nil
        default: break
        }
        if object["schema"]?.value.object != nil, object.members.count == 1 {
            collector.error(
                .unavailable, "a type by raw JSON schema is not part of this version",
                help: "describe it as a record", at: object.range, in: source)
            return nil
        }
        return shortRecord(name, object)
    }

    // MARK: Enums

    private func enumeration(_ name: String, _ items: [PositionedJSON], _ value: PositionedJSON) -> FieldType? {
        var members: [EnumType.Member] = []
        for item in items {
            guard let text = item.string else {
                collector.error(
                    .wrongKind, "the members of the enum `\(name)` are strings, found \(item.json.kindName)",
                    help: "the long form {\"kind\": \"enum\", \"members\": {…}} takes other values", at: item.range,
                    in: source)
                return nil
            }
            guard !members.contains(where: { $0.value == .string(text) }) else {
                collector.error(.nameClash, "the enum `\(name)` has \"\(text)\" twice", at: item.range, in: source)
                return nil
            }
            members.append(.init(name: Self.memberName(text), value: .string(text)))
        }
        guard !members.isEmpty else {
            collector.error(.type, "the enum `\(name)` has no member", at: value.range, in: source)
            return nil
        }
        return .enumeration(EnumType(name: name, members: members))
    }

    /// `in progress` is the value of the member `IN_PROGRESS`.
    private static func memberName(_ text: String) -> String {
        let word = text.uppercased().unicodeScalars.map { PythonString.isIdentifierPart($0) ? String($0) : "_" }
            .joined()
        return PythonString.isIdentifier(word) ? word : "_" + word
    }

    private func longEnumeration(_ name: String, _ object: PositionedObject) -> FieldType? {
        refuseUnknown(object, ["kind", "doc", "members"], "an enum")
        guard let members = object["members"]?.value.object, !members.members.isEmpty else {
            collector.error(
                .shape, "the enum `\(name)` needs an object `members` of name and value", at: object.range, in: source)
            return nil
        }
        return .enumeration(
            EnumType(
                name: name, doc: object["doc"]?.value.string,
                members: members.members.map { .init(name: $0.key, value: Value($0.value.json)) }))
    }

    // MARK: Records

    private func shortRecord(_ name: String, _ object: PositionedObject) -> FieldType? {
        let fields = object.members.compactMap { member -> RecordType.Field? in
            if case .string = member.value {
                return field(member.key, member.keyRange, type: member.value, details: nil)
            }
            guard let details = member.value.object, let type = details["type"]?.value else {
                collector.error(
                    .wrongKind, "the field `\(member.key)` of `\(name)` is a type, or an object with `type`",
                    at: member.value.range, in: source)
                return nil
            }
            return field(member.key, member.keyRange, type: type, details: details)
        }
        return record(name, nil, fields, declared: object.members.count)
    }

    private func longRecord(_ name: String, _ object: PositionedObject) -> FieldType? {
        refuseUnknown(object, ["kind", "doc", "fields"], "a record")
        guard let items = object["fields"]?.value.array else {
            collector.error(.shape, "the record `\(name)` needs an array `fields`", at: object.range, in: source)
            return nil
        }
        let fields = items.compactMap { item -> RecordType.Field? in
            guard let details = item.object, let fieldName = details["name"]?.value, let text = fieldName.string,
                let type = details["type"]?.value
            else {
                collector.error(.shape, "a field of a record needs `name` and `type`", at: item.range, in: source)
                return nil
            }
            return field(text, fieldName.range, type: type, details: details)
        }
        return record(name, object["doc"]?.value.string, fields, declared: items.count)
    }

    private func record(_ name: String, _ doc: String?, _ fields: [RecordType.Field], declared: Int) -> FieldType? {
        fields.count == declared ? .record(RecordType(name: name, doc: doc, fields: fields)) : nil
    }

    private func field(
        _ name: String, _ nameRange: Range<TextPosition>, type: PositionedJSON, details: PositionedObject?
    ) -> RecordType.Field? {
        guard PythonString.isIdentifier(name), !name.hasPrefix("_") else {
            collector.error(
                .type, "a field's name is an identifier without a leading underscore, found \"\(name)\"", at: nameRange,
                in: source)
            return nil
        }
        guard let annotation = type.string else {
            collector.error(.wrongKind, "a type is a string, found \(type.json.kindName)", at: type.range, in: source)
            return nil
        }
        guard let parsed = FieldAnnotation.parse(annotation, type, types, source, collector) else { return nil }
        var field = RecordType.Field(name: name, type: parsed)
        guard let details else { return field }
        for member in details.members {
            switch member.key {
            case "name", "type": break
            case "desc": field.description = member.value.string
            case "default": field.defaultValue = Value(member.value.json)
            default:
                guard let kind = Constraints.Kind(rawValue: member.key), member.value.json.number != nil else {
                    collector.error(
                        .unknownKey, "a field has no key `\(member.key)`",
                        help: Spelling.closest(to: member.key, among: FieldAnnotation.detailKeys).map {
                            "did you mean `\($0)`?"
                        },
                        at: member.keyRange, in: source)
                    continue
                }
                field.constraints.bounds.append(.init(kind, Value(member.value.json)))
            }
        }
        if let value = field.defaultValue { check(value, field, details) }
        return field
    }

    private func check(_ value: Value, _ field: RecordType.Field, _ details: PositionedObject) {
        do throws(ValidationError) {
            _ = try field.type.fit(value)
        } catch {
            collector.error(
                .type, "the default of `\(field.name)` does not fit \(field.type.name): \(error)",
                at: details["default"]?.value.range ?? details.range, in: source)
        }
    }

    private func refuseUnknown(_ object: PositionedObject, _ keys: [String], _ what: String) {
        for member in object.members where !keys.contains(member.key) {
            collector.error(
                .unknownKey, "\(what) has no key `\(member.key)`",
                help: Spelling.closest(to: member.key, among: keys).map { "did you mean `\($0)`?" },
                at: member.keyRange,
                in: source)
        }
    }
}

/// Reads a type annotation inside a file.
enum FieldAnnotation {
    /// What may stand beside a field's type.
    static let detailKeys = ["type", "desc", "default"] + Constraints.Kind.allCases.map(\.rawValue)

    /// The type of an annotation; a fault is noted at its place inside the string.
    static func parse(
        _ text: String, _ value: PositionedJSON, _ types: [String: FieldType], _ source: SpecSource,
        _ collector: DiagnosticCollector
    ) -> FieldType? {
        do throws(SignatureError) {
            return try FieldType(text, namedTypes: types)
        } catch {
            collector.error(
                .type, error.message, help: error.suggestion.map { "did you mean `\($0)`?" },
                at: value.position(ofScalar: error.range.lowerBound)..<value.position(ofScalar: error.range.upperBound),
                in: source)
            return nil
        }
    }
}
