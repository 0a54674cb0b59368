import OrderedJSON

/// Field texts out of an answer that is one JSON object: strings decoded, other values as they are written.
///
/// A value for a field of type `str` that is no string comes once it is whole, as Python's `str` of it.
struct JSONExtractor: FieldExtractor {
    private enum Part: Sendable {
        /// Before the opening brace.
        case before
        /// Before a key; or behind a comma, where no brace may stand.
        case key(afterComma: Bool)
        case inKey
        case colon
        case value
        case string
        case raw(JSONRawValue)
        /// Behind a string value, before the comma or the brace that proves its end.
        case behindString
        /// Behind a comma that follows a string value, before the quote of the next key that proves it.
        case behindComma
        /// Behind another value.
        case behindValue
        /// Behind the closing brace.
        case after
        /// Not JSON: the rest is for the repair alone.
        case lost
    }

    private struct State: Sendable {
        var isSeen = false
        var isQuoted = false
    }

    private let outputs: [Field]
    private var states: [State]
    private var part = Part.before
    private var key: [UInt8] = []
    private var decoder = JSONStringDecoder()
    private var field: Int?
    /// A value that must be whole before it can be shown.
    private var whole: [UInt8] = []
    private var isStrict = true

    init(_ outputs: [Field]) {
        self.outputs = outputs
        states = outputs.map { _ in State() }
    }

    mutating func feed(_ chunk: UnsafeBufferPointer<UInt8>, into pieces: inout FieldPieces) {
        var place = 0
        while place < chunk.count {
            switch part {
            case .inKey: place = readKey(chunk, place)
            case .string: place = readString(chunk, place, &pieces)
            case .raw(var value):
                let (end, isOver) = value.advance(chunk, from: place)
                take(raw: UnsafeBufferPointer(rebasing: chunk[place..<end]), &pieces)
                part = isOver ? .behindValue : .raw(value)
                if isOver { endRaw(&pieces) }
                place = end
            case .lost: return
            default:
                structure(chunk[place], &pieces)
                if case .raw = part { continue }
                place += 1
            }
        }
    }

    mutating func finish(into pieces: inout FieldPieces) {
        if case .after = part { return }
        isStrict = false
    }

    func isCertain(of field: Int) -> Bool { isStrict && states[field].isSeen }

    func value(of text: [UInt8], field: Int) -> Value? {
        guard states[field].isSeen else { return nil }
        let text = String(decoding: text, as: UTF8.self)
        return try? ValueParsing.parse(
            states[field].isQuoted ? .string(text) : Value(JSONRepair.loads(text)), as: outputs[field].type)
    }

    /// Takes a byte between keys and values.
    private mutating func structure(_ byte: UInt8, _ pieces: inout FieldPieces) {
        let isSpace = byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09
        switch (part, byte) {
        case (.before, UInt8(ascii: "{")): part = .key(afterComma: false)
        case (.before, _): if !isSpace { isStrict = false }
        case (.after, _): if !isSpace, byte != UInt8(ascii: "`") { isStrict = false }
        case (_, _) where isSpace: break
        case (.key, 0x22): startKey()
        case (.key(afterComma: false), UInt8(ascii: "}")): part = .after
        case (.colon, UInt8(ascii: ":")): part = .value
        case (.value, 0x22):
            start(isQuoted: true)
            decoder = JSONStringDecoder()
            part = .string
        case (.value, UInt8(ascii: "{")), (.value, UInt8(ascii: "[")), (.value, UInt8(ascii: "-")),
            (.value, UInt8(ascii: "0")...UInt8(ascii: "9")), (.value, UInt8(ascii: "a")...UInt8(ascii: "z")),
            (.value, UInt8(ascii: "A")...UInt8(ascii: "Z")):
            start(isQuoted: false)
            part = .raw(JSONRawValue(startingWith: byte))
        case (.behindString, UInt8(ascii: ",")): part = .behindComma
        case (.behindString, UInt8(ascii: "}")):
            end(&pieces)
            part = .after
        case (.behindComma, 0x22):
            end(&pieces)
            startKey()
        case (.behindValue, UInt8(ascii: ",")): part = .key(afterComma: true)
        case (.behindValue, UInt8(ascii: "}")): part = .after
        default: lose()
        }
    }

    private mutating func lose() {
        part = .lost
        isStrict = false
    }

    private mutating func startKey() {
        key.removeAll(keepingCapacity: true)
        decoder = JSONStringDecoder()
        part = .inKey
    }

    private mutating func readKey(_ chunk: UnsafeBufferPointer<UInt8>, _ start: Int) -> Int {
        let (place, stop) = decoder.decode(chunk, from: start, into: &key)
        if stop == .broken { lose() }
        guard stop == .closed else { return place }
        if !decoder.isStrict { isStrict = false }
        part = .colon
        field = outputs.firstIndex { $0.name.utf8.elementsEqual(key) }
        // Of two members with one name the last one counts, which shows at the end.
        if let found = field, states[found].isSeen {
            isStrict = false
            field = nil
        }
        return place
    }

    private mutating func start(isQuoted: Bool) {
        whole.removeAll(keepingCapacity: true)
        if let field { states[field] = State(isSeen: true, isQuoted: isQuoted) }
    }

    private mutating func readString(
        _ chunk: UnsafeBufferPointer<UInt8>, _ start: Int, _ pieces: inout FieldPieces
    ) -> Int {
        var text: [UInt8] = []
        let (place, stop) = decoder.decode(chunk, from: start, into: &text)
        if let field { pieces.append(text, to: field) }
        if stop == .broken { lose() }
        if stop == .closed {
            if !decoder.isStrict { isStrict = false }
            part = .behindString
        }
        return place
    }

    private mutating func end(_ pieces: inout FieldPieces) {
        if let field { pieces.end(field) }
        field = nil
    }

    private mutating func take(raw: UnsafeBufferPointer<UInt8>, _ pieces: inout FieldPieces) {
        guard let field else { return }
        if outputs[field].type == .string {
            whole.append(contentsOf: raw)
        } else {
            pieces.append(raw, to: field)
        }
    }

    private mutating func endRaw(_ pieces: inout FieldPieces) {
        if let field, outputs[field].type == .string {
            guard let json = try? JSON(parsing: whole, options: .python) else {
                lose()
                return
            }
            pieces.append(Array(Value(json).pythonString.utf8), to: field)
        }
        end(&pieces)
    }
}
