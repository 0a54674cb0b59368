import OrderedJSON

/// Field texts out of an answer in XML: character data decoded and stripped; nested elements as they are written.
struct XMLExtractor: FieldExtractor {
    private enum Part: Sendable {
        case text
        case tag(XMLTag)
        case reference([UInt8])
        /// Inside CDATA: how many bytes of its end were seen.
        case data(matched: Int)
        case lost
    }

    private struct State: Sendable {
        var isSeen = false
        var isCertain = true
    }

    private let names: [String]
    private let isNested: [Bool]
    private var states: [State]
    private var part = Part.text
    private var depth = 0
    private var field: Int?
    private var text = TrimmedText()
    /// Whether the field's text cannot be told any more before its end: an element stands in it.
    private var isMixed = false
    private var followsReturn = false

    init(_ outputs: [Field]) {
        names = outputs.map(\.name)
        isNested = outputs.map { XMLFormat.isNested($0.type) }
        states = outputs.map { _ in State() }
    }

    mutating func feed(_ chunk: UnsafeBufferPointer<UInt8>, into pieces: inout FieldPieces) {
        // XML reads every line end as one line feed.
        guard followsReturn || chunk.contains(0x0D) else { return take(chunk, &pieces) }
        var plain: [UInt8] = []
        plain.reserveCapacity(chunk.count)
        for byte in chunk {
            if byte == 0x0D {
                plain.append(0x0A)
            } else if byte != 0x0A || !followsReturn {
                plain.append(byte)
            }
            followsReturn = byte == 0x0D
        }
        plain.withUnsafeBufferPointer { take($0, &pieces) }
    }

    mutating func finish(into pieces: inout FieldPieces) {
        if let field { states[field].isCertain = false }
    }

    func isCertain(of field: Int) -> Bool { states[field].isSeen && states[field].isCertain }

    private mutating func take(_ chunk: UnsafeBufferPointer<UInt8>, _ pieces: inout FieldPieces) {
        var place = 0
        while place < chunk.count {
            switch part {
            case .text: place = readText(chunk, place, &pieces)
            case .tag(var tag):
                part = .text
                place = readTag(&tag, chunk, place, &pieces)
            case .reference(var bytes):
                bytes.append(chunk[place])
                place += 1
                readReference(bytes, &pieces)
            case .data(let matched): place = readData(chunk, place, matched, &pieces)
            case .lost: return
            }
        }
    }

    private var isRaw: Bool { field.map { isNested[$0] } ?? false }

    private mutating func readText(
        _ chunk: UnsafeBufferPointer<UInt8>, _ start: Int, _ pieces: inout FieldPieces
    ) -> Int {
        var place = start
        let stopsAtReference = field != nil && !isRaw
        while place < chunk.count, chunk[place] != 0x3C, !(stopsAtReference && chunk[place] == 0x26) { place += 1 }
        append(UnsafeBufferPointer(rebasing: chunk[start..<place]), &pieces)
        guard place < chunk.count else { return place }
        part = chunk[place] == 0x3C ? .tag(XMLTag()) : .reference([0x26])
        return place + 1
    }

    private mutating func readTag(
        _ tag: inout XMLTag, _ chunk: UnsafeBufferPointer<UInt8>, _ start: Int, _ pieces: inout FieldPieces
    ) -> Int {
        var place = start
        while place < chunk.count {
            let kind = tag.take(chunk[place])
            place += 1
            switch kind {
            case .open: continue
            case .ignored: return place
            case .broken: part = .lost
            case .data: startData(tag, &pieces)
            case .start(let name):
                if depth == 0 { enter(name) } else { inner(tag, &pieces) }
                depth += 1
            case .empty(let name):
                if depth == 0 {
                    enter(name)
                    leave(&pieces)
                } else {
                    inner(tag, &pieces)
                }
            case .end:
                depth -= 1
                if depth < 0 { part = .lost }
                if depth == 0 { leave(&pieces) } else { inner(tag, &pieces) }
            }
            return place
        }
        part = .tag(tag)
        return place
    }

    private mutating func enter(_ name: String) {
        field = names.firstIndex { $0.hasSameBytes(as: name) }
        text = TrimmedText()
        isMixed = false
        // Several elements of one name make a list, which shows at the end.
        if let found = field, states[found].isSeen {
            states[found].isCertain = false
            field = nil
        }
        if let field { states[field].isSeen = true }
    }

    private mutating func leave(_ pieces: inout FieldPieces) {
        if let field, !isMixed { pieces.end(field) }
        field = nil
    }

    private mutating func inner(_ tag: XMLTag, _ pieces: inout FieldPieces) {
        guard let field else { return }
        if isNested[field] {
            text.append(tag.bytes, to: field, &pieces)
        } else {
            isMixed = true
            states[field].isCertain = false
        }
    }

    private mutating func append(_ bytes: UnsafeBufferPointer<UInt8>, _ pieces: inout FieldPieces) {
        if let field, !isMixed { text.append(bytes, to: field, &pieces) }
    }

    private mutating func append(_ bytes: [UInt8], _ pieces: inout FieldPieces) {
        bytes.withUnsafeBufferPointer { append($0, &pieces) }
    }

    private mutating func readReference(_ bytes: [UInt8], _ pieces: inout FieldPieces) {
        guard bytes.last == UInt8(ascii: ";") else {
            // The longest are names of five letters and numbers, which may have leading zeros.
            part = bytes.count > 64 ? .lost : .reference(bytes)
            return
        }
        part = .text
        guard let scalar = Self.scalar(of: bytes.dropFirst().dropLast()) else {
            part = .lost
            return
        }
        append(Array(UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter), &pieces)
    }

    private static func scalar(of name: ArraySlice<UInt8>) -> Unicode.Scalar? {
        let name = String(decoding: name, as: UTF8.self)
        switch name {
        case "amp": return "&"
        case "lt": return "<"
        case "gt": return ">"
        case "quot": return "\""
        case "apos": return "'"
        default: break
        }
        guard name.utf8.first == UInt8(ascii: "#") else { return nil }
        let digits = name.dropFirst()
        let code = digits.utf8.first == UInt8(ascii: "x") ? UInt32(digits.dropFirst(), radix: 16) : UInt32(digits)
        return code.flatMap { Unicode.Scalar($0) }
    }

    private static let dataEnd = Array("]]>".utf8)

    private mutating func startData(_ tag: XMLTag, _ pieces: inout FieldPieces) {
        if isRaw { append(tag.bytes, &pieces) }
        part = .data(matched: 0)
    }

    private mutating func readData(
        _ chunk: UnsafeBufferPointer<UInt8>, _ start: Int, _ matched: Int, _ pieces: inout FieldPieces
    ) -> Int {
        var (place, matched) = (start, matched)
        while place < chunk.count {
            let byte = chunk[place]
            if matched == 2, byte == 0x3E {
                if isRaw { append(Self.dataEnd, &pieces) }
                part = .text
                return place + 1
            }
            if byte == 0x5D {
                // A third bracket in a row sets the first one free.
                if matched == 2 { append([0x5D], &pieces) } else { matched += 1 }
                place += 1
                continue
            }
            if matched > 0 { append([UInt8](repeating: 0x5D, count: matched), &pieces) }
            matched = 0
            let run = place
            while place < chunk.count, chunk[place] != 0x5D { place += 1 }
            append(UnsafeBufferPointer(rebasing: chunk[run..<place]), &pieces)
        }
        part = .data(matched: matched)
        return place
    }
}
