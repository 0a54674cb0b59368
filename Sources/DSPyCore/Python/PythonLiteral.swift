/// `ast.literal_eval`: strings, bytes, numbers, tuples, lists, dicts, sets, bools and None.
struct PythonLiteral {
    private let tokens: [PythonToken]
    private var place = 0
    private var depth = 0
    /// Whether the number that was read last has a sign; Python's literals take one.
    private var isSigned = false

    /// The value of a text that is a Python literal; nil when it is none.
    static func evaluate(_ text: String) -> Value? {
        let body = String(text.unicodeScalars.drop { $0 == " " || $0 == "\t" })
        var lexer = PythonLexer(whole: body)
        guard let tokens = try? lexer.tokens() else { return nil }
        var literal = PythonLiteral(tokens)
        guard let value = literal.list(until: .end) else { return nil }
        return literal.token.kind == .end ? value : nil
    }

    private init(_ tokens: [PythonToken]) { self.tokens = tokens }

    private var token: PythonToken { tokens[min(place, tokens.count - 1)] }

    private mutating func take(_ op: String) -> Bool {
        guard token.kind == .op(op) else { return false }
        place += 1
        return true
    }

    /// One value, or several with commas between them as a tuple.
    private mutating func list(until close: PythonToken.Kind) -> Value? {
        guard let first = sum() else { return nil }
        guard token.kind == .op(",") else { return first }
        var items = [first]
        while take(",") {
            if token.kind == close { break }
            guard let item = sum() else { return nil }
            items.append(item)
        }
        return .tuple(items)
    }

    /// A value, or a complex number written as a sum.
    private mutating func sum() -> Value? {
        guard let left = signed() else { return nil }
        let isMinus = token.kind == .op("-")
        guard isMinus || token.kind == .op("+"), let real = left.numeric else { return left }
        if case .bool = left { return nil }
        place += 1
        isSigned = false
        guard case .complex(_, let imaginary)? = atom(), !isSigned else { return nil }
        return .complex(real: real, imaginary: isMinus ? -imaginary : imaginary)
    }

    private mutating func signed() -> Value? {
        depth += 1
        defer { depth -= 1 }
        guard depth < 100 else { return nil }
        isSigned = false
        let isMinus = take("-")
        guard isMinus || take("+") else { return atom() }
        // One sign only, on a number.
        guard let value = atom(), !isSigned else { return nil }
        isSigned = true
        switch value {
        case .bigInt, .int, .float, .complex: break
        default: return nil
        }
        return isMinus ? Self.negated(value) : value
    }

    private static func negated(_ value: Value) -> Value? {
        switch value {
        case .int(let number): number == .min ? .bigInt("9223372036854775808") : .int(-number)
        case .bigInt(let digits): Int("-" + digits).map { .int($0) } ?? .bigInt("-" + digits)
        case .float(let number): .float(-number)
        case .complex(let real, let imaginary): .complex(real: -real, imaginary: -imaginary)
        default: nil
        }
    }

    private mutating func atom() -> Value? {
        switch token.kind {
        case .name("None"): return constant(.null)
        case .name("True"): return constant(.bool(true))
        case .name("False"): return constant(.bool(false))
        case .name("set"):
            place += 1
            return take("(") && take(")") ? .set([]) : nil
        case .number(let value): return constant(value)
        case .string(.bytes(var bytes)):
            place += 1
            while case .string(.bytes(let more)) = token.kind { bytes += more; place += 1 }
            return .bytes(bytes)
        case .string(.string(var text)):
            place += 1
            while case .string(.string(let more)) = token.kind { text += more; place += 1 }
            return .string(text)
        case .op("("):
            place += 1
            if take(")") { return .tuple([]) }
            guard let value = list(until: .op(")")), take(")") else { return nil }
            return value
        case .op("["):
            place += 1
            guard let items = items(until: "]") else { return nil }
            return .list(items)
        case .op("{"):
            place += 1
            return braces()
        default: return nil
        }
    }

    private mutating func constant(_ value: Value) -> Value {
        place += 1
        return value
    }

    private mutating func items(until close: String) -> [Value]? {
        var items: [Value] = []
        while !take(close) {
            guard let item = sum() else { return nil }
            items.append(item)
            if !take(",") { return take(close) ? items : nil }
        }
        return items
    }

    private mutating func braces() -> Value? {
        if take("}") { return .dict([:]) }
        var dict = ValueDict()
        var items: [Value] = []
        var isDict: Bool?
        repeat {
            if token.kind == .op("}") { break }
            guard let key = sum(), isHashable(key) else { return nil }
            let hasValue = take(":")
            guard isDict ?? hasValue == hasValue else { return nil }
            isDict = hasValue
            if hasValue {
                guard let value = sum() else { return nil }
                dict[key] = value
            } else if !items.contains(where: { $0.equalsInPython(key) }) {
                items.append(key)
            }
        } while take(",")
        guard take("}") else { return nil }
        return isDict == true ? .dict(dict) : .set(items)
    }

    private func isHashable(_ value: Value) -> Bool {
        switch value {
        case .list, .dict, .set: false
        case .tuple(let items): items.allSatisfy(isHashable)
        default: true
        }
    }
}
