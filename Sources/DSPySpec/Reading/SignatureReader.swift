import DSPyCore
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
            wrongKind("signature", "a string such as \"question -> answer\"", value)
            return nil
        }
        let parsed: SignatureString.Parsed
        do throws(SignatureError) {
            parsed = try SignatureString(text).parse(namedTypes: types)
        } catch {
            collector.error(
                .signature, error.message, help: error.suggestion.map { "did you mean `\($0)`?" },
                at: source.range(of: error.range, in: value), in: source)
            if let object { readOn(object) }
            return nil
        }
        for oddity in parsed.oddities {
            // Of what DSPy accepts, only a signature without an output is of no use at all.
            let isFatal = oddity == parsed.oddities.last && parsed.fields.allSatisfy { $0.kind == .input }
            if isFatal {
                collector.error(.signature, oddity.message, at: source.range(of: oddity.range, in: value), in: source)
            } else {
                collector.warning(.ignored, oddity.message, at: source.range(of: oddity.range, in: value), in: source)
            }
        }
        var fields = parsed.fields
        let places = Dictionary(
            zip(parsed.fields.map(\.name), parsed.ranges), uniquingKeysWith: { first, _ in first })
        if let object { describe(&fields, object) }
        let signature = Signature(fields: fields, instructions: object.flatMap(instructions))
        return SignatureSpec(
            signature: signature, places: places,
            demos: object.flatMap { DemoReader(reader, source, signature).demos($0) } ?? [],
            generations: object.flatMap { whole("n", SpecBounds.generations, $0) }, use: object.flatMap(use),
            maxIters: object.flatMap { whole("max_iters", SpecBounds.rounds, $0) },
            comparisons: object.flatMap { whole("M", SpecBounds.comparisons, $0) }, knn: object.flatMap(knn),
            keyRanges: Dictionary((object?.members ?? []).map { ($0.key, $0.keyRange) }) { first, _ in first },
            text: value)
    }

    /// Finds what else is wrong with a node whose fields nobody knows.
    private func readOn(_ object: PositionedObject) {
        for member in members(object, "fields") { _ = details(member) }
        _ = members(object, "defaults")
        _ = instructions(object)
        _ = DemoReader(reader, source, nil).demos(object)
        _ = use(object)
        _ = knn(object)
        _ = whole("n", SpecBounds.generations, object)
        _ = whole("max_iters", SpecBounds.rounds, object)
        _ = whole("M", SpecBounds.comparisons, object)
    }

    private func wrongKind(_ key: String, _ wanted: String, _ value: PositionedJSON) {
        collector.wrongKind(key, wanted, value, in: source)
    }

    private func whole(_ key: String, _ range: ClosedRange<Int>, _ object: PositionedObject) -> Int? {
        object[key].flatMap { SpecNumber.whole($0.value, key, range, collector, source) }
    }

    // MARK: Tools and examples

    private func use(_ object: PositionedObject) -> [ToolUseSpec]? {
        guard let value = object["use"]?.value else { return nil }
        guard let items = value.array else {
            wrongKind("use", "an array of tools' names", value)
            return nil
        }
        return items.compactMap { item in
            guard let name = item.string else {
                wrongKind("use", "an array of tools' names", item)
                return nil
            }
            return ToolUseSpec(name: name, range: item.range)
        }
    }

    private func knn(_ object: PositionedObject) -> KNNSpec? {
        guard let value = object["knn"]?.value else { return nil }
        guard let members = value.object else {
            wrongKind("knn", "an object with `k` and `embedder`", value)
            return nil
        }
        for member in members.members where !["k", "embedder"].contains(member.key) {
            collector.error(
                .unknownKey, "`knn` has no key `\(member.key)`",
                help: DiagnosticCollector.meant(member.key, ["k", "embedder"]) ?? "it has `k` and `embedder`",
                at: member.keyRange, in: source)
        }
        guard let k = members["k"]?.value, let embedder = members["embedder"]?.value else {
            collector.error(
                .shape, "`knn` needs `k` and `embedder`",
                help: #"write {"k": 3, "embedder": "provider/model"}"#, at: value.range, in: source)
            return nil
        }
        guard let count = SpecNumber.whole(k, "knn.k", SpecBounds.neighbours, collector, source) else { return nil }
        guard let name = embedder.string, name.contains("/") else {
            wrongKind("knn.embedder", "a string `provider/model`", embedder)
            return nil
        }
        return KNNSpec(k: count, embedder: name)
    }

    // MARK: Instructions

    private func instructions(_ object: PositionedObject) -> String? {
        guard let value = object["instructions"]?.value else { return nil }
        if let text = value.string {
            warnOfFile(text, value)
            return text
        }
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

    /// A text that is the name of a file beside is hardly the task in words.
    private func warnOfFile(_ text: String, _ value: PositionedJSON) {
        guard text.utf8.count < 200, text.contains("."), !text.contains(where: \.isWhitespace),
            reader.isThere(text, source)
        else {
            return
        }
        collector.warning(
            .file, "the instructions are the text \"\(text)\", not what the file of that name holds",
            help: "write {\"file\": \"\(text)\"}", at: value.range, in: source)
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
            guard let said = details(member) else { continue }
            if let text = said.description { fields[place].description = text }
            fields[place].constraints.bounds += said.bounds
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

    /// What is said of a field; nil when it is a description alone, or cannot be read.
    private func details(_ member: PositionedMember) -> FieldDetails? {
        guard member.value.string == nil else { return nil }
        guard let details = member.value.object else {
            wrongKind("fields.\(member.key)", "a description, or an object with `desc` and constraints", member.value)
            return nil
        }
        return FieldDetails(details, of: "fields.\(member.key)", takesDefault: false, source, collector)
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
            help: DiagnosticCollector.closest(to: member.key, among: names).map { "did you mean `\($0)`?" }
                ?? "its fields are \(names.map { "`\($0)`" }.joined(separator: ", "))",
            at: member.keyRange, in: source)
        return nil
    }
}
