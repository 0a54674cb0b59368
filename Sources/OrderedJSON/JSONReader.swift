/// Reads one JSON document out of UTF-8 bytes.
///
/// Open arrays and objects live in an array, not on the call stack: depth costs memory the options bound, never a crash.
struct JSONReader<Builder: JSONTreeBuilder> {
    let bytes: UnsafeBufferPointer<UInt8>
    let options: JSONReadingOptions
    var builder: Builder
    var offset = 0

    /// An array or object that is still open.
    private struct Frame {
        var isObject: Bool
        var start: Builder.Mark
        var items: [Builder.Node] = []
        var members: [Builder.Member] = []
        var key = ""
        var keyStart: Builder.Mark
        var keyEnd: Builder.Mark
    }

    private var open: [Frame] = []

    init(_ bytes: UnsafeBufferPointer<UInt8>, options: JSONReadingOptions, builder: Builder) {
        self.bytes = bytes
        self.options = options
        self.builder = builder
    }

    /// The byte at the cursor, or nil at the end.
    var byte: UInt8? { offset < bytes.count ? bytes[offset] : nil }

    /// The whole text as one value.
    mutating func document() throws(JSONError) -> Builder.Node {
        let node = try leadingValue()
        try skipSpace()
        guard offset < bytes.count else { return node }
        guard scalar(at: offset) != nil else { throw invalidUTF8(at: offset) }
        throw failure(.trailingContent, "\(found(at: offset)) after the end of the value")
    }

    /// The value the text begins with; the cursor then stands right behind it.
    mutating func leadingValue() throws(JSONError) -> Builder.Node {
        try skipByteOrderMark()
        while true {
            try skipSpace()
            guard var node = try beginValue() else { continue }
            while true {
                guard !open.isEmpty else { return node }
                attach(node)
                try skipSpace()
                guard let closed = try afterItem() else { break }
                node = closed
            }
        }
    }

    /// Reads a scalar or an empty container; of a container with content only the opening, with the first key.
    private mutating func beginValue() throws(JSONError) -> Builder.Node? {
        guard let byte else { throw failure(.unexpectedEnd, "unexpected end of the text, expected a value") }
        let start = builder.mark(offset, in: bytes)
        let value: JSON
        switch byte {
        case UInt8(ascii: "{"), UInt8(ascii: "["):
            return try beginContainer(isObject: byte == UInt8(ascii: "{"), start: start)
        case UInt8(ascii: "\""):
            value = .string(try readString())
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
            value = try readNumber()
        default:
            value = try readWord()
        }
        return builder.scalar(value, from: start, to: builder.mark(offset, in: bytes), in: bytes)
    }

    private mutating func beginContainer(isObject: Bool, start: Builder.Mark) throws(JSONError) -> Builder.Node? {
        guard open.count < options.maximumDepth else {
            throw failure(.tooDeep, "more than \(options.maximumDepth) arrays and objects inside each other")
        }
        offset += 1
        open.append(Frame(isObject: isObject, start: start, keyStart: start, keyEnd: start))
        try skipSpace()
        if byte == (isObject ? UInt8(ascii: "}") : UInt8(ascii: "]")) { return close() }
        guard isObject else { return nil }
        // Most objects have a few members: room for them at once.
        open[open.count - 1].members.reserveCapacity(4)
        try readKey()
        return nil
    }

    /// Reads `"key" :` of the innermost object.
    private mutating func readKey() throws(JSONError) {
        guard byte == UInt8(ascii: "\"") else { throw expected("a key in double quotes") }
        let last = open.count - 1
        open[last].keyStart = builder.mark(offset, in: bytes)
        open[last].key = try readString()
        open[last].keyEnd = builder.mark(offset, in: bytes)
        try skipSpace()
        guard byte == UInt8(ascii: ":") else { throw expected("':' after the key") }
        offset += 1
    }

    private mutating func attach(_ node: Builder.Node) {
        let last = open.count - 1
        guard open[last].isObject else { return open[last].items.append(node) }
        let member = builder.member(open[last].key, from: open[last].keyStart, to: open[last].keyEnd, value: node)
        open[last].members.append(member)
    }

    /// What follows an item: a comma (nil: read on) or the end of the container (its node).
    private mutating func afterItem() throws(JSONError) -> Builder.Node? {
        let isObject = open[open.count - 1].isObject
        let closing = isObject ? UInt8(ascii: "}") : UInt8(ascii: "]")
        if byte == closing { return close() }
        guard byte == UInt8(ascii: ",") else {
            throw expected(isObject ? "',' or '}' after the value" : "',' or ']' after the item")
        }
        let comma = offset
        offset += 1
        try skipSpace()
        if byte == closing {
            guard options.allowsTrailingCommas else {
                throw failure(.trailingComma, "a comma before '\(isObject ? "}" : "]")'", at: comma)
            }
            return close()
        }
        if isObject { try readKey() }
        return nil
    }

    private mutating func close() -> Builder.Node? {
        offset += 1
        guard let frame = open.popLast() else { return nil }
        let end = builder.mark(offset, in: bytes)
        return frame.isObject
            ? builder.object(frame.members, from: frame.start, to: end)
            : builder.array(frame.items, from: frame.start, to: end)
    }
}
