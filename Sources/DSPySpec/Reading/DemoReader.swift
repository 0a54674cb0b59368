import DSPyCore
import OrderedJSON

/// Reads the examples of a signature, from the file itself or from a .jsonl file.
struct DemoReader {
    private let reader: SpecReader
    private let source: SpecSource
    /// Nil when nobody knows it; demos may have any fields then.
    private let signature: Signature?

    private var collector: DiagnosticCollector { reader.collector }

    init(_ reader: SpecReader, _ source: SpecSource, _ signature: Signature?) {
        self.reader = reader
        self.source = source
        self.signature = signature
    }

    /// The examples that can be read; nil when the node names none.
    func demos(_ object: PositionedObject) -> [ValueDict]? {
        guard let value = object["demos"]?.value else { return nil }
        if let path = value.string { return demos(at: path, value) }
        guard let items = value.array else {
            collector.wrongKind("demos", "an array of objects, or the path of a .jsonl file", value, in: source)
            return nil
        }
        return items.compactMap { item in
            guard let members = item.object else {
                collector.wrongKind("demos", "an array of objects", item, in: source)
                return nil
            }
            for member in members.members { check(member.key, at: member.keyRange, in: source) }
            return demo(members, in: source, at: { $0 })
        }
    }

    /// An example with each value of its field's type, as inputs and defaults are: an image is sent as an image.
    ///
    /// What does not fit is shown as it stands.
    private func demo(
        _ members: PositionedObject, in source: SpecSource,
        at place: (Range<TextPosition>) -> Range<TextPosition>
    ) -> ValueDict {
        var demo = ValueDict()
        for member in members.members {
            demo[member.key] = Value(member.value.json)
            guard let field = signature?[member.key], !field.isTypeUndefined, !member.value.json.isNull else {
                continue
            }
            do throws(ValidationError) {
                demo[member.key] = try InputFitting.value(
                    member.value.json, Port(name: field.name, shape: .field(field.type)))
            } catch  where field.type.hasObjects {
                collector.warning(
                    .demo,
                    "the demo's `\(field.name)` does not fit \(field.type.name), so it is sent as text: "
                        + "\(error)", at: place(member.value.range), in: source)
            } catch {}
        }
        return demo
    }

    private func demos(at path: String, _ value: PositionedJSON) -> [ValueDict]? {
        guard let (full, bytes) = reader.bytes(of: path, from: source, at: value.range) else { return nil }
        let file = SpecSource(name: full, folder: source.folder, bytes: bytes)
        var demos: [ValueDict] = []
        var start = TextPosition.start
        for line in bytes.split(separator: 0x0A, omittingEmptySubsequences: false) {
            if line.contains(where: { $0 != 0x20 && $0 != 0x09 && $0 != 0x0D }) {
                if let demo = demo(Array(line), at: start, in: file) { demos.append(demo) }
            }
            start.offset += line.count + 1
            start.line += 1
        }
        return demos
    }

    private func demo(_ line: [UInt8], at start: TextPosition, in file: SpecSource) -> ValueDict? {
        func moved(_ range: Range<TextPosition>) -> Range<TextPosition> {
            moved(range.lowerBound)..<moved(range.upperBound)
        }
        func moved(_ position: TextPosition) -> TextPosition {
            TextPosition(offset: start.offset + position.offset, line: start.line, column: position.column)
        }
        do throws(JSONError) {
            let json = try PositionedJSON(parsing: line)
            guard let object = json.object else {
                collector.error(
                    .demo, "a demo is an object, found \(json.json.kindName)", at: moved(json.range), in: file)
                return nil
            }
            for member in object.members { check(member.key, at: moved(member.keyRange), in: file) }
            return demo(object, in: file, at: moved)
        } catch {
            collector.error(
                .demo, "not JSON: \(error.message)", at: file.character(at: moved(error.position)), in: file)
            return nil
        }
    }

    private func check(_ key: String, at range: Range<TextPosition>, in source: SpecSource) {
        // ChainOfThought adds `reasoning`, and optimisers mark the demos they made.
        guard let signature, signature[key] == nil, key != "reasoning", key != "augmented" else { return }
        collector.warning(
            .demo, "the demo has `\(key)`, which the signature does not have",
            help: DiagnosticCollector.meant(key, signature.fields.map(\.name)), at: range, in: source)
    }
}
