import DSPyCore
import OrderedJSON

/// Writes JSON as orjson does with sorted keys: compact UTF-8, keys in the order of their bytes, floats as Rust's ryu.
struct CanonicalJSON {
    /// What is written so far.
    private(set) var bytes: [UInt8] = []
    /// Where the last message stands.
    private(set) var last = 0..<0

    /// A writer that goes on behind bytes.
    init(_ start: [UInt8] = [], capacity: Int = 1024) {
        bytes.reserveCapacity(capacity)
        bytes += start
    }

    /// The canonical bytes of a value.
    static func bytes(of value: JSON) -> [UInt8] {
        var writer = CanonicalJSON()
        writer.write(value)
        return writer.bytes
    }

    mutating func write(_ value: JSON) {
        switch value {
        case .null: append("null")
        case .bool(let value): append(value ? "true" : "false")
        case .int(let value): bytes.append(contentsOf: String(value).utf8)
        case .bigInt(let digits): bytes.append(contentsOf: digits.utf8)
        case .double(let value): write(value)
        case .string(let text): write(text)
        case .array(let items):
            bytes.append(UInt8(ascii: "["))
            for (place, item) in items.enumerated() {
                if place > 0 { bytes.append(UInt8(ascii: ",")) }
                write(item)
            }
            bytes.append(UInt8(ascii: "]"))
        case .object(let object): write(object.members)
        }
    }

    /// Writes an object of these members; the value of a key that `custom` writes is left to it.
    mutating func write(
        _ members: [JSONObject.Member], custom: (_ key: String, inout CanonicalJSON) -> Bool = { _, _ in false }
    ) {
        bytes.append(UInt8(ascii: "{"))
        let sorted = members.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
        for (place, member) in sorted.enumerated() {
            if place > 0 { bytes.append(UInt8(ascii: ",")) }
            write(member.key)
            bytes.append(UInt8(ascii: ":"))
            if !custom(member.key, &self) { write(member.value) }
        }
        bytes.append(UInt8(ascii: "}"))
    }

    /// Writes messages under roles of the caller's.
    mutating func write(_ messages: [LMMessage], role: (LMMessage) -> String) {
        bytes.append(UInt8(ascii: "["))
        for (place, message) in messages.enumerated() {
            if place > 0 { bytes.append(UInt8(ascii: ",")) }
            let start = bytes.count
            write(message, role: role(message))
            last = start..<bytes.count
        }
        bytes.append(UInt8(ascii: "]"))
    }

    /// Writes a message under a role.
    mutating func write(_ message: LMMessage, role: String) {
        guard case .text(let text) = message.content, message.toolCalls.isEmpty, message.toolCallID == nil,
            message.name == nil
        else {
            var message = message
            message.role = role
            return write(message.json)
        }
        append("{\"content\":")
        write(text)
        append(",\"role\":")
        write(role)
        append("}")
    }

    /// Writes a string; runs that need no escape are copied whole.
    private mutating func write(_ text: String) {
        var text = text
        bytes.append(UInt8(ascii: "\""))
        text.withUTF8 { content in
            var start = 0
            while true {
                let place = content.endOfRun(from: start, isASCII: false)
                bytes.append(contentsOf: UnsafeBufferPointer(rebasing: content[start..<place]))
                guard place < content.count else { break }
                escape(content[place])
                start = place + 1
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }

    private mutating func escape(_ byte: UInt8) {
        switch byte {
        case UInt8(ascii: "\n"): append("\\n")
        case UInt8(ascii: "\""): append("\\\"")
        case UInt8(ascii: "\\"): append("\\\\")
        case UInt8(ascii: "\t"): append("\\t")
        case UInt8(ascii: "\r"): append("\\r")
        case 0x08: append("\\b")
        case 0x0C: append("\\f")
        default:
            append(byte < 16 ? "\\u000" : "\\u00")
            bytes.append(contentsOf: String(byte, radix: 16).utf8)
        }
    }

    /// Writes the shortest digits that read back; scientific from 1e16 and below 1e-5, without `+` and leading zeros.
    private mutating func write(_ value: Double) {
        guard value.isFinite else { return append("null") }
        let text = "\(value)"
        guard value != 0, abs(value) < 1e-4 || abs(value) >= 1e16 else { return bytes.append(contentsOf: text.utf8) }
        if value < 0 { bytes.append(UInt8(ascii: "-")) }
        let parts = text.drop { $0 == "-" }.split(separator: "e")
        let number = parts[0].split(separator: ".", omittingEmptySubsequences: false)
        let exponent = parts.count > 1 ? Int(parts[1]) ?? 0 : 0
        let all = (number[0] + (number.count > 1 ? number[1] : "")).utf8
        // Where the point stands, counted in digits from the first that is not zero.
        let zeros = all.prefix { $0 == UInt8(ascii: "0") }.count
        let point = number[0].utf8.count + exponent - zeros
        var digits = Array(all.dropFirst(zeros))
        while digits.count > 1, digits.last == UInt8(ascii: "0") { digits.removeLast() }
        if point <= 0, point > -5 {
            append("0.")
            bytes.append(contentsOf: repeatElement(UInt8(ascii: "0"), count: -point))
            bytes.append(contentsOf: digits)
            return
        }
        bytes.append(digits[0])
        if digits.count > 1 { bytes.append(UInt8(ascii: ".")) }
        bytes.append(contentsOf: digits.dropFirst())
        bytes.append(UInt8(ascii: "e"))
        bytes.append(contentsOf: String(point - 1).utf8)
    }

    /// Appends bytes as they are.
    mutating func append(_ text: [UInt8]) { bytes += text }

    private mutating func append(_ text: StaticString) {
        bytes.append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }
}
