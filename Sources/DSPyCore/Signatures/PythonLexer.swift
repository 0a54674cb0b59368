import OrderedJSON

/// Splits Python source into tokens: one side of a signature string, as inside the parentheses of a `def`, or a literal.
struct PythonLexer {
    private let text: [Unicode.Scalar]
    private let offset: Int
    /// Whether the source stands alone: then its line ends where no bracket is open, and only comments may follow.
    private let isWhole: Bool
    private var place = 0
    private var openBrackets = 0
    private var hasToken = false
    private var isLineOver = false

    /// - Parameter offset: Where the side starts in the whole string.
    init(_ side: some Sequence<Unicode.Scalar>, offset: Int) {
        text = Array(side)
        self.offset = offset
        isWhole = false
    }

    /// - Parameter whole: One expression, as `ast.literal_eval` takes it.
    init(whole: String) {
        text = Array(whole.unicodeScalars)
        offset = 0
        isWhole = true
    }

    /// All tokens, closed by `.end`.
    mutating func tokens() throws(SignatureError) -> [PythonToken] {
        var tokens: [PythonToken] = []
        while true {
            try skipSpace()
            let start = place
            guard place < text.count else {
                tokens.append(PythonToken(kind: .end, range: range(start, start)))
                return tokens
            }
            guard !isLineOver else { throw error("more than one line", from: start) }
            let kind = try next()
            hasToken = true
            if case .op(let op) = kind { openBrackets += "([{".contains(op) ? 1 : ")]}".contains(op) ? -1 : 0 }
            tokens.append(PythonToken(kind: kind, range: range(start, place)))
        }
    }

    private func range(_ start: Int, _ end: Int) -> Range<Int> { (offset + start)..<(offset + end) }

    private func error(_ message: String, from start: Int) -> SignatureError {
        SignatureError(.syntax, message, at: range(start, min(text.count, max(place, start + 1))))
    }

    private func peek(_ ahead: Int = 0) -> Unicode.Scalar? {
        place + ahead < text.count ? text[place + ahead] : nil
    }

    private mutating func skipSpace() throws(SignatureError) {
        while let scalar = peek() {
            switch scalar {
            case "\n", "\r":
                place += 1
                guard isWhole, openBrackets == 0 else { break }
                isLineOver = hasToken
                if !hasToken, peek() == " " || peek() == "\t" { throw error("unexpected indent", from: place) }
            case " ", "\t", "\u{0C}": place += 1
            case "#":
                let start = place
                while let scalar = peek(), scalar != "\n" { place += 1 }
                if !isWhole, place == text.count {
                    throw error("a comment hides the rest of the signature", from: start)
                }
            case "\\" where peek(1) == "\n": place += 2
            default: return
            }
        }
    }

    private mutating func next() throws(SignatureError) -> PythonToken.Kind {
        let start = place
        guard let scalar = peek() else { return .end }
        if PythonString.isIdentifierStart(scalar) {
            while let scalar = peek(), PythonString.isIdentifierPart(scalar) { place += 1 }
            let word = string(start, place)
            if peek() == "'" || peek() == "\"" { return try prefixedString(word, from: start) }
            return .name(word)
        }
        if scalar == "'" || scalar == "\"" { return .string(try stringLiteral(isRaw: false, isBytes: false)) }
        if isDigit(scalar) || scalar == "." && peek(1).map(isDigit) == true { return .number(try number()) }
        for op in ["...", "->", "**", "//", "<<", ">>", "<=", ">=", "==", "!=", ":="] where matches(op) {
            place += op.unicodeScalars.count
            return .op(op)
        }
        guard "()[]{}:,=*|.+-/%&^~<>@;".unicodeScalars.contains(scalar) else {
            throw error("unexpected character \(PythonText.repr(String(scalar)))", from: start)
        }
        place += 1
        return .op(String(scalar))
    }

    private func matches(_ op: String) -> Bool {
        text[place...].starts(with: op.unicodeScalars)
    }

    private func string(_ start: Int, _ end: Int) -> String {
        var view = String.UnicodeScalarView()
        view.append(contentsOf: text[start..<end])
        return String(view)
    }

    private func isDigit(_ scalar: Unicode.Scalar) -> Bool { ("0"..."9").contains(scalar) }

    // MARK: Strings

    private mutating func prefixedString(_ prefix: String, from start: Int) throws(SignatureError) -> PythonToken.Kind {
        let letters = prefix.lowercased()
        guard ["r", "u", "b", "br", "rb", "f", "fr", "rf"].contains(letters) else {
            throw error("a string may not follow `\(prefix)` directly", from: start)
        }
        let value = try stringLiteral(isRaw: letters.contains("r"), isBytes: letters.contains("b"))
        return letters.contains("f") ? .formatted : .string(value)
    }

    private mutating func stringLiteral(isRaw: Bool, isBytes: Bool) throws(SignatureError) -> Value {
        let start = place
        guard let quote = peek() else { return .string("") }
        let isTriple = peek(1) == quote && peek(2) == quote
        place += isTriple ? 3 : 1
        var content = String.UnicodeScalarView()
        while true {
            guard let scalar = peek(), isTriple || scalar != "\n" else {
                throw error("a string that is not closed", from: start)
            }
            if scalar == quote, !isTriple || peek(1) == quote && peek(2) == quote {
                place += isTriple ? 3 : 1
                break
            }
            if scalar == "\\", isRaw {
                content.append(scalar)
                place += 1
                if let next = peek() { content.append(next) }
                place += 1
            } else if scalar == "\\" {
                try appendEscape(to: &content, isBytes: isBytes, from: start)
            } else {
                content.append(scalar)
                place += 1
            }
        }
        let text = String(content)
        return isBytes ? .bytes(content.map { UInt8(truncatingIfNeeded: $0.value) }) : .string(text)
    }

    private mutating func appendEscape(
        to content: inout String.UnicodeScalarView, isBytes: Bool, from start: Int
    ) throws(SignatureError) {
        place += 1
        guard let scalar = peek() else { throw error("a string that is not closed", from: start) }
        place += 1
        switch scalar {
        case "\n": break
        case "\\", "'", "\"": content.append(scalar)
        case "a": content.append("\u{07}")
        case "b": content.append("\u{08}")
        case "f": content.append("\u{0C}")
        case "n": content.append("\n")
        case "r": content.append("\r")
        case "t": content.append("\t")
        case "v": content.append("\u{0B}")
        case "0"..."7":
            var digits = String(scalar)
            while digits.count < 3, let next = peek(), ("0"..."7").contains(next) {
                digits.unicodeScalars.append(next)
                place += 1
            }
            if let value = UInt32(digits, radix: 8), let made = Unicode.Scalar(value) { content.append(made) }
        case "x": try appendHex(2, to: &content, from: start)
        case "u" where !isBytes: try appendHex(4, to: &content, from: start)
        case "U" where !isBytes: try appendHex(8, to: &content, from: start)
        default:
            content.append("\\")
            content.append(scalar)
        }
    }

    private mutating func appendHex(
        _ count: Int, to content: inout String.UnicodeScalarView, from start: Int
    ) throws(SignatureError) {
        guard place + count <= text.count, let value = UInt32(string(place, place + count), radix: 16) else {
            throw error("an escape that is cut short", from: start)
        }
        place += count
        content.append(Unicode.Scalar(value) ?? "\u{FFFD}")
    }

    // MARK: Numbers

    private mutating func number() throws(SignatureError) -> Value {
        let start = place
        if peek() == "0", let letter = peek(1), "xXoObB".unicodeScalars.contains(letter) {
            place += 2
            while let scalar = peek(), PythonString.isIdentifierPart(scalar) { place += 1 }
            let radix = "xX".unicodeScalars.contains(letter) ? 16 : "oO".unicodeScalars.contains(letter) ? 8 : 2
            let digits = PythonString.replace(string(start + 2, place), "_", with: "")
            guard let value = Int(digits, radix: radix) else { throw error("an invalid number", from: start) }
            return .int(value)
        }
        var isFloat = false
        while let scalar = peek() {
            if isDigit(scalar) {
                place += 1
            } else if scalar == "_", let digit = peek(1), isDigit(digit), place > start, isDigit(text[place - 1]) {
                place += 2
            } else if scalar == ".", !isFloat {
                isFloat = true
                place += 1
            } else if scalar == "e" || scalar == "E" {
                let sign = peek(1) == "+" || peek(1) == "-" ? 1 : 0
                guard let digit = peek(1 + sign), isDigit(digit) else { break }
                isFloat = true
                place += 2 + sign
            } else {
                break
            }
        }
        let digits = string(start, place)
        if let scalar = peek(), scalar == "j" || scalar == "J", let imaginary = LaxNumbers.float(digits) {
            place += 1
            return .complex(real: 0, imaginary: imaginary)
        }
        if let scalar = peek(), PythonString.isIdentifierStart(scalar) { throw error("an invalid number", from: start) }
        guard let value = isFloat ? LaxNumbers.float(digits).map({ .float($0) }) : LaxNumbers.integer(digits),
            isFloat || digits.count == 1 || digits.first != "0" || digits.allSatisfy({ $0 == "0" || $0 == "_" })
        else { throw error("an invalid number", from: start) }
        return value
    }
}
