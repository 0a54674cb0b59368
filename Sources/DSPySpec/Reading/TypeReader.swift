import DSPyCore
import OrderedJSON

/// Reads named types: an object is a record, an array an enum; the long forms say more.
struct TypeReader {
    let source: SpecSource
    let collector: DiagnosticCollector
    private var types: [String: FieldType] = [:]

    /// How deep types may hold each other.
    private static let maximumDepth = 32

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
        let named = declared.members.filter { PythonString.isIdentifier($0.key) }
        let order = TypeOrder(named)
        for place in order.circular {
            collector.error(
                .cycle, "the type `\(named[place].key)` is made of types that need it themselves",
                help: "records that contain themselves are not supported", at: named[place].keyRange, in: source)
            // One that failed must not be told again by each that uses it.
            types[named[place].key] = .any
        }
        for place in order.sorted {
            let member = named[place]
            if order.depths[place] == Self.maximumDepth + 1 {
                collector.error(
                    .tooDeep, "types hold each other more than \(Self.maximumDepth) deep", at: member.keyRange,
                    in: source)
            }
            let isTooDeep = order.depths[place] > Self.maximumDepth
            types[member.key] = isTooDeep ? .any : type(member.key, member.value) ?? .any
        }
        return types
    }

    private func type(_ name: String, _ value: PositionedJSON) -> FieldType? {
        if let items = value.array { return enumeration(name, items, value) }
        guard let object = value.object else {
            collector.wrongKind(name, "an object (a record) or an array (an enum)", value, in: source)
            return nil
        }
        switch TypeForm(object) {
        case .enumeration: return longEnumeration(name, object)
        case .record: return longRecord(name, object)
        case .fields: return shortRecord(name, object)
        case .unknown(let kind):
            collector.error(
                .type, "the type `\(name)` has the kind \"\(kind.value.string ?? "")\"",
                help: DiagnosticCollector.meant(kind.value.string ?? "", ["object", "enum"])
                    ?? "expected \"object\" or \"enum\"",
                at: kind.value.range, in: source)
            return nil
        case .schema:
            collector.error(
                .unavailable, "a type by raw JSON schema is not part of this version",
                help: "describe it as a record", at: object.range, in: source)
            return nil
        }
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
            members.append(.init(name: Self.memberName(text, besides: members), value: .string(text)))
        }
        guard !members.isEmpty else {
            collector.error(.type, "the enum `\(name)` has no member", at: value.range, in: source)
            return nil
        }
        return .enumeration(EnumType(name: name, members: members))
    }

    /// `in progress` is the value of the member `IN_PROGRESS`, a second `In-Progress` that of `IN_PROGRESS_2`.
    private static func memberName(_ text: String, besides members: [EnumType.Member]) -> String {
        let word = text.uppercased().unicodeScalars.map { PythonString.isIdentifierPart($0) ? String($0) : "_" }
            .joined()
        let base = PythonString.isIdentifier(word) ? word : "_" + word
        var name = base
        var number = 1
        while members.contains(where: { $0.name.hasSameBytes(as: name) }) {
            number += 1
            name = "\(base)_\(number)"
        }
        return name
    }

    private func longEnumeration(_ name: String, _ object: PositionedObject) -> FieldType? {
        refuseUnknown(object, ["kind", "doc", "members"], "an enum")
        guard let members = object["members"]?.value.object, !members.members.isEmpty else {
            collector.error(
                .shape, "the enum `\(name)` needs an object `members` of name and value", at: object.range, in: source)
            return nil
        }
        var isWhole = true
        for member in members.members {
            let isName = PythonString.isIdentifier(member.key)
            if !isName {
                collector.error(
                    .type, "a member's name is an identifier, found \"\(member.key)\"", at: member.keyRange, in: source)
            }
            let isPlain = member.value.array == nil && member.value.object == nil
            if !isPlain {
                collector.wrongKind(
                    "\(name).\(member.key)", "a string, a number or a boolean", member.value, in: source)
            }
            isWhole = isWhole && isName && isPlain
        }
        guard isWhole else { return nil }
        return .enumeration(
            EnumType(
                name: name, doc: doc(object, name),
                members: members.members.map { .init(name: $0.key, value: Value($0.value.json)) }))
    }

    private func doc(_ object: PositionedObject, _ name: String) -> String? {
        guard let value = object["doc"]?.value else { return nil }
        if value.string == nil { collector.wrongKind("\(name).doc", "a string", value, in: source) }
        return value.string
    }

    // MARK: Records

    private func shortRecord(_ name: String, _ object: PositionedObject) -> FieldType? {
        let fields = object.members.compactMap { member -> RecordType.Field? in
            if case .string = member.value {
                return field(member.key, member.keyRange, type: member.value, details: nil)
            }
            guard let details = member.value.object else {
                collector.wrongKind(
                    "\(name).\(member.key)", "a type, or an object with `type`", member.value, in: source)
                return nil
            }
            guard let type = details["type"]?.value else {
                collector.error(
                    .shape, "the field `\(member.key)` of `\(name)` has no `type`",
                    help: details.members.isEmpty ? nil : "a record inside a record is a type of its own under `types`",
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
        return record(name, doc(object, name), fields, declared: items.count)
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
            collector.wrongKind("\(name).type", "a string", type, in: source)
            return nil
        }
        guard let parsed = parse(annotation, type) else { return nil }
        var field = RecordType.Field(name: name, type: parsed)
        guard let details else { return field }
        let said = FieldDetails(details, of: name, others: ["name", "type"], takesDefault: true, source, collector)
        field.description = said.description
        field.constraints = Constraints(said.bounds)
        if let value = said.defaultValue {
            field.defaultValue = Value(value.json)
            check(value, field)
        }
        return field
    }

    /// The type of an annotation; a fault is noted at its place inside the string.
    private func parse(_ text: String, _ value: PositionedJSON) -> FieldType? {
        do throws(SignatureError) {
            return try FieldType(text, namedTypes: types)
        } catch {
            collector.error(
                .type, error.message, help: error.suggestion.map { "did you mean `\($0)`?" },
                at: source.range(of: error.range, in: value), in: source)
            return nil
        }
    }

    private func check(_ value: PositionedJSON, _ field: RecordType.Field) {
        do throws(ValidationError) {
            _ = try field.type.fit(Value(value.json))
        } catch {
            collector.error(
                .type, "the default of `\(field.name)` does not fit \(field.type.name): \(error)", at: value.range,
                in: source)
        }
    }

    private func refuseUnknown(_ object: PositionedObject, _ keys: [String], _ what: String) {
        for member in object.members where !keys.contains(member.key) {
            collector.error(
                .unknownKey, "\(what) has no key `\(member.key)`",
                help: DiagnosticCollector.meant(member.key, keys)
                    ?? "it may have \(keys.map { "`\($0)`" }.joined(separator: ", "))",
                at: member.keyRange, in: source)
        }
    }
}
