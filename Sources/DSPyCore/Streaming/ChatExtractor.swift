import OrderedJSON

/// Field texts out of an answer in the chat format, as `ChatSections` splits it.
struct ChatExtractor: FieldExtractor {
    private let names: [String]
    private var isSeen: [Bool]
    private var current: Int?
    private var text = TrimmedText()
    /// The start of a line that may be a header; nil inside a line.
    private var header: ChatHeader? = ChatHeader()
    /// Whether the text stands behind its header on the same line, where white space at the line's end does not count.
    private var isOnHeaderLine = false
    /// Whether a line feed now would belong to the carriage return before it.
    private var followsReturn = false

    init(_ outputs: [Field]) {
        names = outputs.map(\.name)
        isSeen = names.map { _ in false }
    }

    mutating func feed(_ chunk: UnsafeBufferPointer<UInt8>, into pieces: inout FieldPieces) {
        var place = 0
        while place < chunk.count {
            if followsReturn {
                followsReturn = false
                if chunk[place] == 0x0A {
                    place += 1
                    continue
                }
            }
            place = header == nil ? inLine(chunk, place, &pieces) : atLineStart(chunk, place, &pieces)
        }
    }

    mutating func finish(into pieces: inout FieldPieces) {
        if let line = header?.line {
            header = nil
            append(line, &pieces)
        }
        end(&pieces)
    }

    func isCertain(of field: Int) -> Bool { isSeen[field] }

    /// Takes text up to the end of the line.
    private mutating func inLine(
        _ chunk: UnsafeBufferPointer<UInt8>, _ start: Int, _ pieces: inout FieldPieces
    ) -> Int {
        var place = start
        var length = 0
        while place < chunk.count {
            // Only these bytes start a line end.
            let byte = chunk[place]
            if byte < 0x20 || byte == 0xC2 || byte == 0xE2 {
                length = PythonString.lineEnd(in: chunk, at: place)
                if length > 0 { break }
            }
            place += 1
        }
        if let current {
            text.append(UnsafeBufferPointer(rebasing: chunk[start..<place]), to: current, &pieces)
        }
        if length > 0 { endLine(isReturn: length == 1 && chunk[place] == 0x0D, &pieces) }
        return place + length
    }

    private mutating func atLineStart(
        _ chunk: UnsafeBufferPointer<UInt8>, _ start: Int, _ pieces: inout FieldPieces
    ) -> Int {
        // Taken out, so that its buffers are not shared while they grow.
        guard var header else { return start }
        self.header = nil
        var place = start
        while place < chunk.count {
            let lineEnd = PythonString.lineEnd(in: chunk, at: place)
            if lineEnd > 0 {
                append(header.line, &pieces)
                endLine(isReturn: lineEnd == 1 && chunk[place] == 0x0D, &pieces)
                return place + lineEnd
            }
            let (scalar, length) = Self.scalar(in: chunk, at: place)
            switch header.take(scalar, Slice(base: chunk, bounds: place..<place + length)) {
            case .open: place += length
            case .none:
                append(header.line, &pieces)
                return place
            case .whole:
                begin(header, &pieces)
                return place + length
            }
        }
        self.header = header
        return place
    }

    private mutating func endLine(isReturn: Bool, _ pieces: inout FieldPieces) {
        if isOnHeaderLine { text.dropHeld() }
        isOnHeaderLine = false
        append([0x0A], &pieces)
        header = ChatHeader()
        followsReturn = isReturn
    }

    private mutating func append(_ bytes: [UInt8], _ pieces: inout FieldPieces) {
        if let current { text.append(bytes, to: current, &pieces) }
    }

    private mutating func end(_ pieces: inout FieldPieces) {
        if let current { pieces.end(current) }
        current = nil
    }

    private mutating func begin(_ header: ChatHeader, _ pieces: inout FieldPieces) {
        end(&pieces)
        let name = String(header.name)
        guard let field = names.firstIndex(where: { $0.hasSameBytes(as: name) }), !isSeen[field] else { return }
        isSeen[field] = true
        current = field
        text = TrimmedText()
        isOnHeaderLine = true
        guard header.indent > 0 else { return }
        // As many scalars as the header has are cut off the line as it was.
        let line = String(decoding: header.line, as: UTF8.self).unicodeScalars.dropFirst(header.length)
        append(Array(String(String.UnicodeScalarView(line)).utf8), &pieces)
    }

    private static func scalar(in bytes: UnsafeBufferPointer<UInt8>, at place: Int) -> (Unicode.Scalar, length: Int) {
        let first = bytes[place]
        if first < 0x80 { return (Unicode.Scalar(first), 1) }
        let length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2
        var value = UInt32(first) & (0x7F >> UInt32(length))
        for offset in 1..<length where place + offset < bytes.count {
            value = value << 6 | UInt32(bytes[place + offset] & 0x3F)
        }
        return (Unicode.Scalar(value) ?? "\u{FFFD}", min(length, bytes.count - place))
    }
}
