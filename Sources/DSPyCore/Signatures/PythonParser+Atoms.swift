/// Names, constants, brackets, and what may follow them.
extension PythonParser {
    mutating func primary() throws(SignatureError) -> PythonExpression {
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

    mutating func skipCall() throws(SignatureError) {
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
    mutating func items(
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

    mutating func atom() throws(SignatureError) -> PythonExpression {
        let start = token.range
        switch token.kind {
        case .name(let word):
            if let constant = ["None": Value.null, "True": .bool(true), "False": .bool(false)][word] {
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

    mutating func takeComprehension(until close: String) throws(SignatureError) -> Bool {
        guard takeWord("for") else { return false }
        while !isAt(close), token.kind != .end { place += 1 }
        try expect(close)
        return true
    }

    mutating func braces(from start: Range<Int>) throws(SignatureError) -> PythonExpression {
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
    mutating func strings() throws(SignatureError) -> PythonExpression {
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
