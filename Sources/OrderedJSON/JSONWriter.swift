/// Appends JSON text to bytes in one style.
struct JSONWriter {
    var bytes: [UInt8] = []
    private let itemSeparator: [UInt8]
    private let keySeparator: [UInt8]
    private let indent: Int?
    private let ensureASCII: Bool

    init(style: JSONStyle) {
        itemSeparator = Array(style.itemSeparator.utf8)
        keySeparator = Array(style.keySeparator.utf8)
        indent = style.indent
        ensureASCII = style.ensureASCII
    }

    mutating func write(_ value: JSON, depth: Int) {
        switch value {
        case .null: append("null")
        case .bool(let value): append(value ? "true" : "false")
        case .int(let value): write(value)
        case .bigInt(let digits): bytes.append(contentsOf: digits.utf8)
        case .double(let value): write(value)
        case .string(let text): write(text)
        case .array(let items): write(items, depth: depth)
        case .object(let object): write(object, depth: depth)
        }
    }

    private mutating func write(_ items: [JSON], depth: Int) {
        guard !items.isEmpty else { return append("[]") }
        bytes.append(UInt8(ascii: "["))
        for (place, item) in items.enumerated() {
            if place > 0 { bytes.append(contentsOf: itemSeparator) }
            breakLine(depth: depth + 1)
            write(item, depth: depth + 1)
        }
        breakLine(depth: depth)
        bytes.append(UInt8(ascii: "]"))
    }

    private mutating func write(_ object: JSONObject, depth: Int) {
        guard !object.isEmpty else { return append("{}") }
        bytes.append(UInt8(ascii: "{"))
        for (place, member) in object.members.enumerated() {
            if place > 0 { bytes.append(contentsOf: itemSeparator) }
            breakLine(depth: depth + 1)
            write(member.key)
            bytes.append(contentsOf: keySeparator)
            write(member.value, depth: depth + 1)
        }
        breakLine(depth: depth)
        bytes.append(UInt8(ascii: "}"))
    }

    private mutating func breakLine(depth: Int) {
        guard let indent else { return }
        bytes.append(UInt8(ascii: "\n"))
        bytes.append(contentsOf: repeatElement(UInt8(ascii: " "), count: max(0, indent) * depth))
    }

    private mutating func write(_ value: Int) {
        guard value >= 0, value < 10 else { return bytes.append(contentsOf: String(value).utf8) }
        bytes.append(UInt8(ascii: "0") + UInt8(value))
    }

    private mutating func write(_ value: Double) {
        guard value.isFinite else { return append(value.isNaN ? "NaN" : value < 0 ? "-Infinity" : "Infinity") }
        bytes.append(contentsOf: PythonText.repr(value).utf8)
    }

    /// Writes a string literal; runs that need no escape are copied whole.
    mutating func write(_ text: String) {
        bytes.append(UInt8(ascii: "\""))
        var text = text
        text.withUTF8 { content in
            var runStart = 0
            var place = 0
            while place < content.count {
                let byte = content[place]
                if byte >= 0x20, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\"), byte < 0x7F || !ensureASCII {
                    place += 1
                    continue
                }
                bytes.append(contentsOf: content[runStart..<place])
                place += byte < 0x80 ? escape(byte) : escapeScalar(at: place, in: content)
                runStart = place
            }
            bytes.append(contentsOf: content[runStart...])
        }
        bytes.append(UInt8(ascii: "\""))
    }

    private mutating func escape(_ byte: UInt8) -> Int {
        switch byte {
        case UInt8(ascii: "\""): append("\\\"")
        case UInt8(ascii: "\\"): append("\\\\")
        case 0x08: append("\\b")
        case 0x09: append("\\t")
        case 0x0A: append("\\n")
        case 0x0C: append("\\f")
        case 0x0D: append("\\r")
        default: escape(unit: UInt16(byte))
        }
        return 1
    }

    private mutating func escapeScalar(at place: Int, in content: UnsafeBufferPointer<UInt8>) -> Int {
        var decoder = UTF8()
        var iterator = content[place...].makeIterator()
        guard case .scalarValue(let scalar) = decoder.decode(&iterator) else { return 1 }
        for unit in UTF16.encode(scalar) ?? UTF16.encodedReplacementCharacter { escape(unit: unit) }
        return UTF8.width(scalar)
    }

    private mutating func escape(unit: UInt16) {
        append("\\u")
        for shift in [12, 8, 4, 0] {
            let digit = UInt8(unit >> UInt16(shift) & 0xF)
            bytes.append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
        }
    }

    private mutating func append(_ text: StaticString) {
        bytes.append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }
}
