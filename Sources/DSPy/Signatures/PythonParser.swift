/// Parses the parameters of a Python `def` from tokens: names, annotations, defaults that are dropped.
struct PythonParser {
    /// One plain parameter.
    struct Parameter {
        let name: String
        let nameRange: Range<Int>
        let annotation: PythonExpression?
        /// Whether a default stood there, which DSPy drops.
        let defaultRange: Range<Int>?
    }

    private let tokens: [PythonToken]
    private var place = 0
    private var depth = 0

    init(_ tokens: [PythonToken]) { self.tokens = tokens }

    private var token: PythonToken { tokens[min(place, tokens.count - 1)] }

    private func isAt(_ op: String) -> Bool { token.kind == .op(op) }

    private mutating func take(_ op: String) -> Bool {
        guard isAt(op) else { return false }
        place += 1
        return true
    }

    private func isAtWord(_ word: String) -> Bool { token.kind == .name(word) }

    private mutating func takeWord(_ word: String) -> Bool {
        guard isAtWord(word) else { return false }
        place += 1
        return true
    }

    private mutating func expect(_ op: String) throws(SignatureError) {
        guard take(op) else { throw unexpected("`\(op)`") }
    }

    private func unexpected(_ wanted: String) -> SignatureError {
        let found =
            switch token.kind {
            case .end: "the end"
            case .name(let word): "`\(word)`"
            case .op(let op): "`\(op)`"
            case .number: "a number"
            case .string, .formatted: "a string"
            }
        let range = token.range.isEmpty ? max(0, token.range.lowerBound - 1)..<token.range.upperBound : token.range
        return SignatureError(.syntax, "invalid syntax: expected \(wanted), found \(found)", at: range)
    }

    private func covering(_ start: Range<Int>) -> Range<Int> {
        start.lowerBound..<max(start.upperBound, tokens[max(0, place - 1)].range.upperBound)
    }

    // MARK: Parameters

    /// The plain parameters; positional-only and keyword-only ones are read and dropped, as DSPy does.
    mutating func parameters() throws(SignatureError) -> [Parameter] {
        var plain: [Parameter] = []
        var isKeywordOnly = false
        var hasDefault = false
        var hasSlash = false
        while token.kind != .end {
            if take("/") {
                guard !hasSlash, !isKeywordOnly, !plain.isEmpty else { place -= 1; throw unexpected("a field name") }
                hasSlash = true
                plain.removeAll()
            } else if take("**") {
                _ = try parameter()
                _ = take(",")
                guard token.kind == .end else { throw unexpected("the end") }
                break
            } else if take("*") {
                guard !isKeywordOnly else { place -= 1; throw unexpected("a field name") }
                isKeywordOnly = true
                if !isAt(",") {
                    _ = try parameter()
                } else if tokens[min(place + 1, tokens.count - 1)].kind == .end {
                    throw unexpected("a field name after `*`")
                }
            } else {
                let parameter = try parameter()
                if !isKeywordOnly {
                    guard parameter.defaultRange != nil || !hasDefault else {
                        throw SignatureError(
                            .syntax, "non-default argument follows default argument", at: parameter.nameRange)
                    }
                    hasDefault = parameter.defaultRange != nil
                    plain.append(parameter)
                }
            }
            guard token.kind != .end else { break }
            try expect(",")
        }
        return plain
    }

    private mutating func parameter() throws(SignatureError) -> Parameter {
        guard case .name(let name) = token.kind, !PythonToken.keywords.contains(name) else {
            throw unexpected("a field name")
        }
        let nameRange = token.range
        place += 1
        let annotation: PythonExpression? = take(":") ? try expression() : nil
        var defaultRange: Range<Int>?
        if take("=") {
            let start = token.range
            _ = try expression()
            defaultRange = covering(start)
        }
        return Parameter(name: name, nameRange: nameRange, annotation: annotation, defaultRange: defaultRange)
    }

    // MARK: Expressions

    private mutating func expression() throws(SignatureError) -> PythonExpression {
        depth += 1
        defer { depth -= 1 }
        guard depth < 100 else { throw SignatureError(.syntax, "too many nested brackets", at: token.range) }
        let start = token.range
        if takeWord("lambda") {
            while !isAt(":"), token.kind != .end { place += 1 }
            try expect(":")
            _ = try expression()
            return .other("Lambda", covering(start))
        }
        let value = try disjunction()
        guard takeWord("if") else { return value }
        _ = try disjunction()
        guard takeWord("else") else { throw unexpected("`else`") }
        _ = try expression()
        return .other("IfExp", covering(start))
    }

    private mutating func disjunction() throws(SignatureError) -> PythonExpression {
        let start = token.range
        var value = try negation()
        while takeWord("or") || takeWord("and") {
            _ = try negation()
            value = .other("BoolOp", covering(start))
        }
        return value
    }

    private mutating func negation() throws(SignatureError) -> PythonExpression {
        let start = token.range
        guard takeWord("not") else { return try comparison() }
        _ = try negation()
        return .other("UnaryOp", covering(start))
    }

    private mutating func comparison() throws(SignatureError) -> PythonExpression {
        let start = token.range
        var value = try alternatives()
        while takeComparison() {
            _ = try alternatives()
            value = .other("Compare", covering(start))
        }
        return value
    }

    private mutating func takeComparison() -> Bool {
        if ["<", ">", "<=", ">=", "==", "!="].contains(where: { take($0) }) || takeWord("in") { return true }
        if takeWord("is") {
            _ = takeWord("not")
            return true
        }
        guard isAtWord("not"), tokens[min(place + 1, tokens.count - 1)].kind == .name("in") else { return false }
        place += 2
        return true
    }

    private mutating func alternatives() throws(SignatureError) -> PythonExpression {
        let start = token.range
        var value = try arithmetic()
        var length = 0
        while take("|") {
            try lengthen(&length)
            value = .either(value, try arithmetic(), covering(start))
        }
        return value
    }

    private mutating func arithmetic() throws(SignatureError) -> PythonExpression {
        let start = token.range
        var value = try unary()
        while ["+", "-", "*", "/", "//", "%", "@", "<<", ">>", "&", "^", "**"].contains(where: { take($0) }) {
            _ = try unary()
            value = .other("BinOp", covering(start))
        }
        return value
    }

    /// Chains are as deep as they are long once they are read, and Python has a limit too.
    private func lengthen(_ length: inout Int) throws(SignatureError) {
        length += 1
        guard length < 200 else { throw SignatureError(.syntax, "too many parts in one annotation", at: token.range) }
    }

    private mutating func unary() throws(SignatureError) -> PythonExpression {
        let start = token.range
        if ["+", "-", "~"].contains(where: { take($0) }) {
            depth += 1
            defer { depth -= 1 }
            guard depth < 100 else { throw SignatureError(.syntax, "too many nested brackets", at: token.range) }
            let isMinus = tokens[place - 1].kind == .op("-")
            if case .constant(let value, _) = try unary(), isMinus { return .negated(value, covering(start)) }
            return .other("UnaryOp", covering(start))
        }
        if takeWord("await") {
            _ = try primary()
            return .other("Await", covering(start))
        }
        return try primary()
    }

    private mutating func primary() throws(SignatureError) -> PythonExpression {
        let start = token.range
        var value = try atom()
        var length = 0
        while true {
            try lengthen(&length)
            if take(".") {
                guard case .name(let attribute) = token.kind, !PythonToken.keywords.contains(attribute) else {
                    throw unexpected("a name after `.`")
                }
                place += 1
                value = .attribute(value, attribute, covering(start))
            } else if take("[") {
                let (items, _, hasSlice) = try items(until: "]", allowsSlices: true)
                guard !items.isEmpty else { throw unexpected("a type") }
                try expect("]")
                value = hasSlice ? .other("Slice", covering(start)) : .subscripted(value, items, covering(start))
            } else if take("(") {
                try skipCall()
                value = .other("Call", covering(start))
            } else {
                return value
            }
        }
    }

    private mutating func skipCall() throws(SignatureError) {
        while !isAt(")") {
            if case .name = token.kind, tokens[min(place + 1, tokens.count - 1)].kind == .op("=") { place += 2 }
            _ = take("**") || take("*")
            _ = try expression()
            guard !isAt(")") else { break }
            try expect(",")
        }
        try expect(")")
    }

    /// Expressions with commas between them, up to a closing bracket that is not taken.
    private mutating func items(
        until close: String, allowsSlices: Bool = false
    ) throws(SignatureError) -> (items: [PythonExpression], hasComma: Bool, hasSlice: Bool) {
        var items: [PythonExpression] = []
        var hasComma = false
        var hasSlice = false
        while !isAt(close) {
            let start = token.range
            if take("*") {
                _ = try alternatives()
                items.append(.other("Starred", covering(start)))
            } else {
                if !(allowsSlices && isAt(":")) { items.append(try expression()) }
                if allowsSlices, take(":") {
                    hasSlice = true
                    if !isAt(close), !isAt(",") { items.append(try expression()) }
                }
            }
            guard take(",") else { break }
            hasComma = true
        }
        return (items, hasComma, hasSlice)
    }

    private mutating func atom() throws(SignatureError) -> PythonExpression {
        let start = token.range
        switch token.kind {
        case .name(let word):
            if let constant = ["None": Value.none, "True": .bool(true), "False": .bool(false)][word] {
                place += 1
                return .constant(constant, start)
            }
            guard !PythonToken.keywords.contains(word) else { throw unexpected("a type") }
            place += 1
            return .name(word, start)
        case .number(let value):
            place += 1
            return .constant(value, start)
        case .string, .formatted: return try strings()
        case .op("..."):
            place += 1
            return .ellipsis(start)
        case .op("("):
            place += 1
            if takeWord("yield") {
                if !isAt(")") { _ = try expression() }
                try expect(")")
                return .other("Yield", covering(start))
            }
            let (items, hasComma, _) = try items(until: ")")
            if try takeComprehension(until: ")") { return .other("GeneratorExp", covering(start)) }
            try expect(")")
            return items.count == 1 && !hasComma ? items[0] : .tuple(items, covering(start))
        case .op("["):
            place += 1
            _ = try items(until: "]")
            if try takeComprehension(until: "]") { return .other("ListComp", covering(start)) }
            try expect("]")
            return .other("List", covering(start))
        case .op("{"):
            place += 1
            return try braces(from: start)
        default: throw unexpected("a type")
        }
    }

    private mutating func takeComprehension(until close: String) throws(SignatureError) -> Bool {
        guard takeWord("for") else { return false }
        while !isAt(close), token.kind != .end { place += 1 }
        try expect(close)
        return true
    }

    private mutating func braces(from start: Range<Int>) throws(SignatureError) -> PythonExpression {
        var isDict = isAt("}")
        while !isAt("}") {
            if take("**") { isDict = true }
            _ = try expression()
            if take(":") {
                isDict = true
                _ = try expression()
            }
            if try takeComprehension(until: "}") { return .other(isDict ? "DictComp" : "SetComp", covering(start)) }
            guard take(",") else { break }
        }
        try expect("}")
        return .other(isDict ? "Dict" : "Set", covering(start))
    }

    /// Strings that stand side by side are one.
    private mutating func strings() throws(SignatureError) -> PythonExpression {
        let start = token.range
        var text = ""
        var bytes: [UInt8]?
        var isFormatted = false
        while true {
            switch token.kind {
            case .string(.string(let piece)): text += piece
            case .string(.bytes(let piece)): bytes = (bytes ?? []) + piece
            case .formatted: isFormatted = true
            default:
                if isFormatted { return .other("JoinedStr", covering(start)) }
                return .constant(bytes.map { .bytes($0) } ?? .string(text), covering(start))
            }
            place += 1
        }
    }
}
