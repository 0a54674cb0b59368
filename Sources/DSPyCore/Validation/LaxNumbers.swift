/// The texts and floats that pydantic's lax mode takes for numbers, bools, UUIDs and paths.
enum LaxNumbers {
    /// A float without fraction that fits 64 bits.
    static func integer(_ number: Double) -> Int? {
        guard number.isFinite, number.rounded(.towardZero) == number, number != Double(Int.min) else { return nil }
        return Int(exactly: number)
    }

    /// `42`, `+42`, `1_000`, `007`, `42.0`; white space around.
    static func integer(_ text: String) -> Value? {
        var bytes = Array(PythonString.strip(text).utf8)
        if let dot = bytes.firstIndex(of: UInt8(ascii: ".")) {
            guard dot > 0, dot < bytes.count - 1, bytes[(dot + 1)...].allSatisfy({ $0 == UInt8(ascii: "0") }) else {
                return nil
            }
            bytes.removeSubrange(dot...)
        }
        var isNegative = bytes.first == UInt8(ascii: "-")
        if isNegative || bytes.first == UInt8(ascii: "+") { bytes.removeFirst() }
        if !isNegative, let minus = bytes.firstIndex(of: UInt8(ascii: "-")), minus > 0,
            bytes[..<minus].allSatisfy({ $0 == UInt8(ascii: "0") || $0 == UInt8(ascii: "_") })
        {
            // pydantic strips leading zeros before it looks for a sign.
            isNegative = true
            bytes.removeSubrange(...minus)
        }
        guard let digits = digits(withoutUnderscores: bytes), digits.count <= 4300 else { return nil }
        let significant = digits.drop { $0 == UInt8(ascii: "0") }
        let canonical = significant.isEmpty ? "0" : String(decoding: significant, as: UTF8.self)
        let signed = isNegative && canonical != "0" ? "-" + canonical : canonical
        return Int(signed).map { .int($0) } ?? .bigInt(signed)
    }

    private static func digits(withoutUnderscores bytes: [UInt8]) -> [UInt8]? {
        guard let first = bytes.first, let last = bytes.last, isDigit(first), isDigit(last) else { return nil }
        var digits: [UInt8] = []
        var previousIsUnderscore = false
        for byte in bytes {
            if byte == UInt8(ascii: "_") {
                guard !previousIsUnderscore else { return nil }
                previousIsUnderscore = true
            } else {
                guard isDigit(byte) else { return nil }
                previousIsUnderscore = false
                digits.append(byte)
            }
        }
        return digits
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

    /// `.5`, `5.`, `1e3`, `inf`, `-Infinity`, `nan`, `1_000.5`; white space around.
    static func float(_ text: String) -> Double? {
        let trimmed = PythonString.strip(text)
        var bytes = Array(trimmed.utf8)
        if bytes.contains(UInt8(ascii: "_")) {
            guard bytes.first != UInt8(ascii: "_"), bytes.last != UInt8(ascii: "_"),
                !PythonString.contains(trimmed, "__")
            else { return nil }
            bytes.removeAll { $0 == UInt8(ascii: "_") }
        }
        let unsigned = bytes.first == UInt8(ascii: "-") || bytes.first == UInt8(ascii: "+") ? bytes[1...] : bytes[...]
        let word = String(decoding: unsigned, as: UTF8.self).lowercased()
        if word == "inf" || word == "infinity" { return bytes.first == UInt8(ascii: "-") ? -.infinity : .infinity }
        if word == "nan" { return .nan }
        guard let first = unsigned.first, isDigit(first) || first == UInt8(ascii: "."),
            unsigned.allSatisfy({ isDigit($0) || "eE+-.".utf8.contains($0) })
        else { return nil }
        let plain = String(decoding: bytes, as: UTF8.self)
        return Double(plain) ?? overflowed(plain)
    }

    /// `1e400` is infinite for Rust and Python; Swift refuses it.
    private static func overflowed(_ text: String) -> Double? {
        var rest = Substring(text)
        let isNegative = rest.first == "-"
        if isNegative || rest.first == "+" { rest.removeFirst() }
        let parts = rest.split(omittingEmptySubsequences: false) { $0 == "e" || $0 == "E" }
        // `Int` takes a sign of either kind, and only one.
        guard parts.count == 2, Double(parts[0]) != nil, let exponent = Int(parts[1]) else { return nil }
        if exponent < 0 { return isNegative ? -0.0 : 0 }
        return isNegative ? -.infinity : .infinity
    }

    /// `true`, `yes`, `on`, `t`, `y`, `1` and their opposites, in any case.
    static func boolean(_ text: String) -> Bool? {
        switch text.lowercased() {
        case "1", "t", "true", "y", "yes", "on": true
        case "0", "f", "false", "n", "no", "off": false
        default: nil
        }
    }

    /// `1+2j`, `(1-2j)`, `3j`, `1.5`.
    static func complex(_ text: String) -> (Double, Double)? {
        var body = asciiDigits(PythonString.strip(text))
        if body.hasPrefix("("), body.hasSuffix(")") { body = PythonString.strip(body.dropFirst().dropLast()) }
        guard !body.unicodeScalars.contains(where: PythonString.isSpace), hasUnderscoresBetweenDigits(body) else {
            return nil
        }
        guard body.hasSuffix("j") || body.hasSuffix("J") else { return float(body).map { ($0, 0) } }
        let bytes = Array(body.utf8.dropLast())
        let signs = [UInt8(ascii: "+"), UInt8(ascii: "-")]
        let split = bytes.indices.dropFirst().last { place in
            signs.contains(bytes[place]) && bytes[place - 1] != UInt8(ascii: "e")
                && bytes[place - 1] != UInt8(ascii: "E")
        }
        let head = String(decoding: bytes[..<(split ?? 0)], as: UTF8.self)
        var tail = String(decoding: bytes[(split ?? 0)...], as: UTF8.self)
        if tail.isEmpty || tail == "+" || tail == "-" { tail += "1" }
        guard let imaginary = float(tail), let real = head.isEmpty ? 0 : float(head) else { return nil }
        return (real, imaginary)
    }

    private static func hasUnderscoresBetweenDigits(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        return bytes.indices.allSatisfy { place in
            bytes[place] != UInt8(ascii: "_")
                || (place > 0 && isDigit(bytes[place - 1]) && place + 1 < bytes.count && isDigit(bytes[place + 1]))
        }
    }

    /// Decimal digits of every script as ASCII ones; Python's `Decimal` and `complex` take them all.
    private static func asciiDigits(_ text: String) -> String {
        guard text.utf8.contains(where: { $0 >= 0x80 }) else { return text }
        var scalars = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            let properties = scalar.properties
            let digit =
                properties.numericType == .decimal ? properties.numericValue.flatMap { UInt8(exactly: $0) } : nil
            scalars.append(digit.map { Unicode.Scalar(UInt8(ascii: "0") + $0) } ?? scalar)
        }
        return String(scalars)
    }

    /// A finite decimal as Python's `Decimal` prints it.
    static func decimal(_ text: String) -> String? {
        let plain = asciiDigits(PythonString.replace(PythonString.strip(text), "_", with: ""))
        var rest = Substring(plain)
        let isNegative = rest.first == "-"
        if isNegative || rest.first == "+" { rest.removeFirst() }
        let parts = rest.split(omittingEmptySubsequences: false) { $0 == "e" || $0 == "E" }
        guard parts.count <= 2, let mantissa = parts.first else { return nil }
        let halves = mantissa.split(separator: ".", omittingEmptySubsequences: false)
        guard halves.count <= 2, halves.allSatisfy({ $0.utf8.allSatisfy(isDigit) }),
            halves.contains(where: { !$0.isEmpty })
        else { return nil }
        let fraction = halves.count == 2 ? String(halves[1]) : ""
        // Python's own bounds; beyond them a decimal is none.
        guard let shift = parts.count == 2 ? Int(parts[1].drop { $0 == "+" }) : 0,
            shift >= -1_999_999_999_999_999_997, shift <= 999_999_999_999_999_999
        else { return nil }
        let kept = (String(halves[0]) + fraction).drop { $0 == "0" }
        let digits = kept.isEmpty ? "0" : String(kept)
        let exponent = shift - fraction.count
        let adjusted = exponent + digits.count - 1
        guard exponent >= -1_999_999_999_999_999_997, adjusted <= 999_999_999_999_999_999 else { return nil }
        let sign = isNegative ? "-" : ""
        if exponent <= 0, adjusted >= -6 {
            guard exponent < 0 else { return sign + digits }
            let padded = String(repeating: "0", count: max(0, 1 - exponent - digits.count)) + digits
            return sign + padded.dropLast(-exponent) + "." + padded.suffix(-exponent)
        }
        let head = digits.count > 1 ? "\(digits.prefix(1)).\(digits.dropFirst())" : digits
        return "\(sign)\(head)E\(adjusted < 0 ? "" : "+")\(adjusted)"
    }

    /// Plain, dashed, braced or `urn:uuid:` digits, as lower case with dashes.
    static func uuid(_ text: String) -> String? {
        var body = text.lowercased()
        if body.hasPrefix("urn:uuid:") { body.removeFirst(9) }
        if body.hasPrefix("{"), body.hasSuffix("}") { body = String(body.dropFirst().dropLast()) }
        let dashed = body.utf8.count == 36
        let digits = body.utf8.filter { $0 != UInt8(ascii: "-") }
        let isHex = digits.allSatisfy { isDigit($0) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains($0) }
        guard digits.count == 32, isHex, dashed || body.utf8.count == 32 else { return nil }
        let hex = String(decoding: digits, as: UTF8.self)
        var parts: [Substring] = []
        var rest = Substring(hex)
        for width in [8, 4, 4, 4, 12] {
            parts.append(rest.prefix(width))
            rest = rest.dropFirst(width)
        }
        let canonical = parts.joined(separator: "-")
        return dashed && body != canonical ? nil : canonical
    }

    /// `a//b/` as `pathlib` keeps it: `a/b`.
    static func posixPath(_ text: String) -> String {
        // POSIX lets exactly two slashes at the start mean something of their own.
        let slashes = text.utf8.prefix { $0 == UInt8(ascii: "/") }.count
        let root = slashes == 2 ? "//" : slashes > 0 ? "/" : ""
        let parts = text.split(separator: "/").filter { $0 != "." }
        let joined = parts.joined(separator: "/")
        return root.isEmpty && joined.isEmpty ? "." : root + joined
    }
}
