extension RepairParser {
    /// A number in one of the forms people write, or the text itself when it is none (`1/2`, `1,000`, `1-2`).
    mutating func parseNumber() throws(RepairFailure) -> JSON {
        let start = index
        var digits: [UInt8] = []
        let isInArray = context.current == .array
        while let character = character() {
            switch character {
            case "0"..."9", "-", ".", "e", "E", "/": break
            case "_": break
            case "," where !isInArray: break
            case "+" where digits.last == UInt8(ascii: "e") || digits.last == UInt8(ascii: "E"): break
            default: return try finishNumber(digits, start: start)
            }
            if character != "_" { digits.append(UInt8(truncatingIfNeeded: character.value)) }
            index += 1
        }
        return try finishNumber(digits, start: start)
    }

    private mutating func finishNumber(_ digits: [UInt8], start: Int) throws(RepairFailure) -> JSON {
        var digits = digits
        if let character = character(), character.isPythonLetter {
            index = start
            return try parseString()
        }
        if let last = digits.last, "+-eE/,".utf8.contains(last) {
            digits.removeLast()
            index -= 1
        }
        let text = String(decoding: digits, as: UTF8.self)
        if digits.contains(UInt8(ascii: ",")) { return .string(text) }
        if text.utf8.contains(where: { ".eE".utf8.contains($0) }) {
            return Self.float(digits).map(JSON.double) ?? .string(text)
        }
        return Self.integer(digits) ?? .string(text)
    }

    /// What Python's `int` makes of a text; it refuses more than 4300 digits.
    private static func integer(_ text: [UInt8]) -> JSON? {
        let isNegative = text.first == UInt8(ascii: "-")
        let digits = text.dropFirst(isNegative ? 1 : 0)
        guard !digits.isEmpty, digits.count <= 4300, digits.allSatisfy(\.isDigit) else { return nil }
        let canonical = String(decoding: digits.drop { $0 == UInt8(ascii: "0") }, as: UTF8.self)
        let signed = (isNegative ? "-" : "") + (canonical.isEmpty ? "0" : canonical)
        return Int(signed).map(JSON.int) ?? .bigInt(signed)
    }

    /// What Python's `float` makes of a text.
    private static func float(_ text: [UInt8]) -> Double? {
        var rest = text[...]
        if rest.first == UInt8(ascii: "-") { rest.removeFirst() }
        let whole = rest.prefix(while: \.isDigit)
        rest.removeFirst(whole.count)
        var fraction = rest[..<rest.startIndex]
        if rest.first == UInt8(ascii: ".") {
            rest.removeFirst()
            fraction = rest.prefix(while: \.isDigit)
            rest.removeFirst(fraction.count)
        }
        guard !whole.isEmpty || !fraction.isEmpty else { return nil }
        var exponent = ""
        if let mark = rest.first {
            guard mark | 0x20 == UInt8(ascii: "e") else { return nil }
            rest.removeFirst()
            let sign = rest.first == UInt8(ascii: "-") || rest.first == UInt8(ascii: "+") ? 1 : 0
            guard rest.count > sign, rest.dropFirst(sign).allSatisfy(\.isDigit) else { return nil }
            exponent = "e" + String(decoding: rest, as: UTF8.self)
        }
        let canonical =
            (text.first == UInt8(ascii: "-") ? "-0" : "0") + String(decoding: whole, as: UTF8.self) + "."
            + String(decoding: fraction, as: UTF8.self) + "0" + exponent
        return Double(canonical)
    }
}
