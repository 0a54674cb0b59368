/// Appends JSON text to a buffer in one style.
struct JSONWriter: ~Copyable {
    private var buffer: ByteBuffer
    private let itemSeparator: String
    private let keySeparator: String
    private let indent: Int?
    private let ensureASCII: Bool

    init(style: JSONStyle, capacity: Int = 512) {
        buffer = ByteBuffer(capacity: capacity)
        itemSeparator = style.itemSeparator
        keySeparator = style.keySeparator
        indent = style.indent
        ensureASCII = style.ensureASCII
    }

    /// Gives what was written to a reader.
    func withBytes<Result>(_ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result { body(buffer.bytes) }

    mutating func write(_ value: JSON, depth: Int) {
        switch value {
        case .null: append("null")
        case .bool(let value): append(value ? "true" : "false")
        case .int(let value): write(value)
        case .bigInt(let digits): append(digits)
        case .double(let value): write(value)
        case .string(let text): write(text)
        case .array(let items): write(items, depth: depth)
        case .object(let object): write(object, depth: depth)
        }
    }

    private mutating func write(_ items: [JSON], depth: Int) {
        guard !items.isEmpty else { return append("[]") }
        buffer.append(UInt8(ascii: "["))
        for (place, item) in items.enumerated() {
            if place > 0 { append(itemSeparator) }
            breakLine(depth: depth + 1)
            write(item, depth: depth + 1)
        }
        breakLine(depth: depth)
        buffer.append(UInt8(ascii: "]"))
    }

    private mutating func write(_ object: JSONObject, depth: Int) {
        guard !object.isEmpty else { return append("{}") }
        buffer.append(UInt8(ascii: "{"))
        for (place, member) in object.members.enumerated() {
            if place > 0 { append(itemSeparator) }
            breakLine(depth: depth + 1)
            write(member.key)
            append(keySeparator)
            write(member.value, depth: depth + 1)
        }
        breakLine(depth: depth)
        buffer.append(UInt8(ascii: "}"))
    }

    private mutating func breakLine(depth: Int) {
        guard let indent else { return }
        buffer.append(UInt8(ascii: "\n"))
        for _ in 0..<max(0, indent) * depth { buffer.append(UInt8(ascii: " ")) }
    }

    private mutating func write(_ value: Int) {
        guard value >= 0 else { return append(String(value)) }
        var rest = value
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 20) { digits in
            var place = digits.count
            repeat {
                place -= 1
                digits[place] = UInt8(ascii: "0") + UInt8(rest % 10)
                rest /= 10
            } while rest > 0
            buffer.append(UnsafeBufferPointer(rebasing: digits[place...]))
        }
    }

    private mutating func write(_ value: Double) {
        guard value.isFinite else { return append(value.isNaN ? "NaN" : value < 0 ? "-Infinity" : "Infinity") }
        append(PythonText.repr(value))
    }

    /// Writes a string literal; runs that need no escape are copied whole.
    mutating func write(_ text: String) {
        buffer.append(UInt8(ascii: "\""))
        var text = text
        text.withUTF8 { content in
            var runStart = 0
            while true {
                let place = content.endOfRun(from: runStart, isASCII: ensureASCII)
                buffer.append(UnsafeBufferPointer(rebasing: content[runStart..<place]))
                guard place < content.count else { return }
                runStart =
                    place + (content[place] < 0x80 ? escape(content[place]) : escapeScalar(at: place, in: content))
            }
        }
        buffer.append(UInt8(ascii: "\""))
    }

    private mutating func escape(_ byte: UInt8) -> Int {
        let letter: UInt8? =
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): byte
            case 0x08: UInt8(ascii: "b")
            case 0x09: UInt8(ascii: "t")
            case 0x0A: UInt8(ascii: "n")
            case 0x0C: UInt8(ascii: "f")
            case 0x0D: UInt8(ascii: "r")
            default: nil
            }
        if let letter { buffer.append(UInt8(ascii: "\\"), letter) } else { escape(unit: UInt16(byte)) }
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
            buffer.append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
        }
    }

    /// Appends text as it is.
    @inline(__always)
    mutating func append(_ text: StaticString) {
        buffer.append(UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    private mutating func append(_ text: String) {
        var text = text
        text.withUTF8 { buffer.append($0) }
    }
}
