import DSPy
import OrderedJSON

/// Reads a signature node: the string, instructions, fields, defaults, demos.
struct SignatureReader {
    let source: SpecSource
    let types: [String: FieldType]
    let reader: SpecReader

    private var collector: DiagnosticCollector { reader.collector }

    /// - Parameter object: The node's object; nil when the node is the bare string.
    func read(_ value: PositionedJSON, in object: PositionedObject?) -> SignatureSpec? {
        guard let text = value.string else {
            collector.error(
                .wrongKind, "`signature` is a string such as \"question -> answer\", found \(value.json.kindName)",
                at: value.range, in: source)
            return nil
        }
        let parsed: SignatureString.Parsed
        do throws(SignatureError) {
            parsed = try SignatureString(text).parse(namedTypes: types)
        } catch {
            collector.error(
                .signature, error.message, help: error.suggestion.map { "did you mean `\($0)`?" },
                at: range(error.range, in: value), in: source)
            return nil
        }
        for oddity in parsed.oddities {
            let isFatal = parsed.fields.allSatisfy { $0.kind == .input }
            if isFatal {
                collector.error(.signature, oddity.message, at: range(oddity.range, in: value), in: source)
            } else {
                collector.warning(.ignored, oddity.message, at: range(oddity.range, in: value), in: source)
            }
        }
        var fields = parsed.fields
        var ranges: [String: Range<TextPosition>] = [:]
        for (field, place) in zip(parsed.fields, parsed.ranges) { ranges[field.name] = range(place, in: value) }
        if let object { describe(&fields, object) }
        let signature = Signature(fields: fields, instructions: object.flatMap(instructions))
        return SignatureSpec(
            signature: signature, ranges: ranges,
            demos: object.flatMap { demos($0, signature) } ?? [], generations: object.flatMap(generations),
            range: value.range)
    }

    private func range(_ scalars: Range<Int>, in value: PositionedJSON) -> Range<TextPosition> {
        value.position(ofScalar: scalars.lowerBound)..<value.position(ofScalar: scalars.upperBound)
    }

    private func wrongKind(_ key: String, _ wanted: String, _ value: PositionedJSON) {
        collector.error(.wrongKind, "`\(key)` is \(wanted), found \(value.json.kindName)", at: value.range, in: source)
    }

    private func generations(_ object: PositionedObject) -> Int? {
        guard let value = object["n"]?.value else { return nil }
        guard let count = value.json.int, (1...1000).contains(count) else {
            wrongKind("n", "a whole number from 1 to 1000", value)
            return nil
        }
        return count
    }

    // MARK: Instructions

    private func instructions(_ object: PositionedObject) -> String? {
        guard let value = object["instructions"]?.value else { return nil }
        if let text = value.string { return text }
        if let lines = value.array {
            let texts = lines.compactMap(\.string)
            guard texts.count == lines.count else {
                wrongKind("instructions", "a string, an array of strings, or {\"file\": path}", value)
                return nil
            }
            return texts.joined(separator: "\n")
        }
        guard let file = value["file"], let path = file.string, value.members.count == 1 else {
            wrongKind("instructions", "a string, an array of strings, or {\"file\": path}", value)
            return nil
        }
        guard let (_, bytes) = reader.bytes(of: path, from: source, at: file.range) else { return nil }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            collector.error(.file, "\"\(path)\" is not UTF-8", at: file.range, in: source)
            return nil
        }
        return text
    }

    // MARK: Fields and defaults

    private func describe(_ fields: inout [Field], _ object: PositionedObject) {
        let names = fields.map(\.name)
        for member in members(object, "fields") {
            guard let place = place(member, names, "fields") else { continue }
            if let text = member.value.string {
                fields[place].description = text
                continue
            }
            guard let details = member.value.object else {
                wrongKind(
                    "fields.\(member.key)", "a description, or an object with `desc` and constraints", member.value)
                continue
            }
            for detail in details.members {
                if detail.key == "desc", let text = detail.value.string {
                    fields[place].description = text
                } else if let kind = Constraints.Kind(rawValue: detail.key), detail.value.json.number != nil {
                    fields[place].constraints.bounds.append(.init(kind, Value(detail.value.json)))
                } else {
                    let known = ["desc"] + Constraints.Kind.allCases.map(\.rawValue)
                    collector.error(
                        .unknownKey, "a field has no key `\(detail.key)` of that kind",
                        help: Spelling.closest(to: detail.key, among: known).map { "did you mean `\($0)`?" }
                            ?? "expected `desc` with a string, or a bound with a number",
                        at: detail.keyRange, in: source)
                }
            }
        }
        for member in members(object, "defaults") {
            guard let place = place(member, names, "defaults") else { continue }
            let value = Value(member.value.json)
            do throws(ValidationError) {
                fields[place].defaultValue = try fields[place].isTypeUndefined ? value : fields[place].type.fit(value)
            } catch {
                collector.error(
                    .type, "the default of `\(member.key)` does not fit \(fields[place].type.name): \(error)",
                    at: member.value.range, in: source)
            }
        }
    }

    private func members(_ object: PositionedObject, _ key: String) -> [PositionedMember] {
        guard let value = object[key]?.value else { return [] }
        guard let inner = value.object else {
            wrongKind(key, "an object by field name", value)
            return []
        }
        return inner.members
    }

    private func place(_ member: PositionedMember, _ names: [String], _ key: String) -> Int? {
        if let place = names.firstIndex(where: { $0.hasSameBytes(as: member.key) }) { return place }
        collector.error(
            .unknownField, "`\(key)` speaks of `\(member.key)`, which the signature does not have",
            help: Spelling.closest(to: member.key, among: names).map { "did you mean `\($0)`?" }
                ?? "its fields are \(names.map { "`\($0)`" }.joined(separator: ", "))",
            at: member.keyRange, in: source)
        return nil
    }

    // MARK: Demos

    private func demos(_ object: PositionedObject, _ signature: Signature) -> [ValueDict]? {
        guard let value = object["demos"]?.value else { return nil }
        if let path = value.string { return demos(at: path, value, signature) }
        guard let items = value.array else {
            wrongKind("demos", "an array of objects, or the path of a .jsonl file", value)
            return nil
        }
        return items.compactMap { item in
            guard let members = item.object else {
                wrongKind("demos", "an array of objects", item)
                return nil
            }
            for member in members.members { check(member.key, signature, at: member.keyRange, in: source) }
            return Value(item.json).dict
        }
    }

    private func demos(at path: String, _ value: PositionedJSON, _ signature: Signature) -> [ValueDict]? {
        guard let (full, bytes) = reader.bytes(of: path, from: source, at: value.range) else { return nil }
        let file = SpecSource(name: full, folder: source.folder, bytes: bytes)
        var demos: [ValueDict] = []
        var line = TextPosition.start
        for part in bytes.split(separator: 0x0A, omittingEmptySubsequences: false) {
            var end = line
            end.offset += part.count
            end.column += 1
            defer {
                line.offset += part.count + 1
                line.line += 1
            }
            guard part.contains(where: { $0 != 0x20 && $0 != 0x09 && $0 != 0x0D }) else { continue }
            do throws(JSONError) {
                guard case .object(let object) = try JSON(parsing: Array(part)) else {
                    collector.error(.demo, "a demo is an object", at: line..<end, in: file)
                    continue
                }
                for key in object.keys { check(key, signature, at: line..<end, in: file) }
                if let demo = Value(.object(object)).dict { demos.append(demo) }
            } catch {
                var place = line
                place.offset += error.position.offset
                place.column = error.position.column
                var behind = place
                behind.offset += 1
                behind.column += 1
                collector.error(.demo, error.message, at: place..<behind, in: file)
            }
        }
        return demos
    }

    private func check(_ key: String, _ signature: Signature, at range: Range<TextPosition>, in source: SpecSource) {
        // ChainOfThought adds `reasoning`, and optimisers mark the demos they made.
        guard signature[key] == nil, key != "reasoning", key != "augmented" else { return }
        collector.warning(
            .demo, "the demo has `\(key)`, which the signature does not have",
            help: Spelling.closest(to: key, among: signature.fields.map(\.name)).map { "did you mean `\($0)`?" },
            at: range,
            in: source)
    }
}
