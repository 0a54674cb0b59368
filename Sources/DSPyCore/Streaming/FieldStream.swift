import OrderedJSON

/// Turns what a model sends into changes of output fields, and keeps the law: the deltas of a field since its last reset
/// make up its final text.
///
/// The final text of a `str` is its value. That of another type is the text that the adapter reads the value out of; where
/// there is none (a default, a repaired answer) it is the value as a prompt shows it.
///
/// - Source: dspy/streaming/streaming_listener.py (3.4.1), whose faults it does not have.
package struct FieldStream: Sendable {
    private struct Told: Sendable {
        var text: [UInt8] = []
        var isEnded = false

        var isSomething: Bool { isEnded || !text.isEmpty }
    }

    private let outputs: [Field]
    private let blank: (any FieldExtractor)?
    /// The place among `outputs` of each field that the extractor knows, and the other way round.
    private let places: [Int]
    private let extracted: [Int?]
    /// The field that the model's own reasoning fills.
    private let reasoning: Int?
    private var extractor: (any FieldExtractor)?
    private var told: [Told]

    /// The fields of one call.
    ///
    /// - Parameters:
    ///   - rendered: The signature that the prompt shows: without what the model does natively.
    ///   - original: The signature that was asked for.
    ///   - format: How the answer is written.
    ///   - fields: Which outputs are listened to; nil for all.
    package init(rendered: Signature, original: Signature, format: StreamFormat, fields: Set<String>? = nil) {
        let outputs = original.outputs.filter { fields?.contains($0.name) ?? true }
        let places = outputs.indices.filter { rendered[outputs[$0].name]?.kind == .output }
        self.outputs = outputs
        self.places = places
        extracted = outputs.indices.map { places.firstIndex(of: $0) }
        reasoning = outputs.indices.first { outputs[$0].type == .custom(.reasoning) && !places.contains($0) }
        blank = places.isEmpty ? nil : format.extractor(of: places.map { outputs[$0] })
        extractor = blank
        told = outputs.map { _ in Told() }
    }

    /// What an event of the model changes.
    package mutating func take(_ event: LMStreamEvent) -> [FieldChange] {
        switch event {
        case .text(var text):
            guard extractor != nil else { return [] }
            var pieces = FieldPieces()
            text.withUTF8 { extractor?.feed($0, into: &pieces) }
            return changes(pieces)
        case .reasoning(let text):
            guard let reasoning, !text.isEmpty else { return [] }
            return [tell(reasoning, Array(text.utf8), isLast: false)]
        case .restart: return void()
        case .start, .toolCall: return []
        }
    }

    /// Makes everything that was told void, for an attempt that begins anew.
    package mutating func void() -> [FieldChange] {
        let resets = outputs.indices.filter { told[$0].isSomething }.map { FieldChange.reset(field: outputs[$0].name) }
        extractor = blank
        told = outputs.map { _ in Told() }
        return resets
    }

    /// Ends the fields: `values` is what the adapter read.
    package mutating func finish(_ values: ValueDict) -> [FieldChange] {
        var pieces = FieldPieces()
        extractor?.finish(into: &pieces)
        var changes = changes(pieces)
        for field in outputs.indices {
            let value = values[outputs[field].name] ?? .null
            guard let text = text(of: value, field), text != told[field].text else {
                if !told[field].isEnded { changes.append(tell(field, [], isLast: true)) }
                continue
            }
            if !told[field].isEnded, text.starts(with: told[field].text) {
                changes.append(tell(field, Array(text[told[field].text.count...]), isLast: true))
                continue
            }
            changes.append(.reset(field: outputs[field].name))
            told[field] = Told()
            changes.append(tell(field, text, isLast: true))
        }
        return changes
    }

    /// The final text of a field; nil when what was told stands.
    private func text(of value: Value, _ field: Int) -> [UInt8]? {
        switch value {
        case .string(let text) where outputs[field].type == .string: return Array(text.utf8)
        case .custom(.reasoning(let text)): return Array(text.utf8)
        default: break
        }
        if let extractor, let place = extracted[field] {
            if extractor.isCertain(of: place) { return nil }
            if told[field].isSomething, let read = extractor.value(of: told[field].text, field: place),
                read.pythonRepr.hasSameBytes(as: value.pythonRepr)
            {
                return nil
            }
        }
        let shown = try? FieldFormat.value(value, of: outputs[field].type)
        return Array((shown ?? value.pythonString).utf8)
    }

    private mutating func changes(_ pieces: FieldPieces) -> [FieldChange] {
        pieces.pieces.map { tell(places[$0.field], $0.text, isLast: $0.isLast) }
    }

    private mutating func tell(_ field: Int, _ text: [UInt8], isLast: Bool) -> FieldChange {
        told[field].text.append(contentsOf: text)
        if isLast { told[field].isEnded = true }
        return .delta(field: outputs[field].name, text: String(decoding: text, as: UTF8.self), isLast: isLast)
    }
}
