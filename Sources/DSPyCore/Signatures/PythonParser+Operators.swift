/// Expressions down to unary operators, the loosest first.
extension PythonParser {
    mutating func expression() throws(SignatureError) -> PythonExpression {
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

    mutating func disjunction() throws(SignatureError) -> PythonExpression {
        let start = token.range
        var value = try negation()
        while takeWord("or") || takeWord("and") {
            _ = try negation()
            value = .other("BoolOp", covering(start))
        }
        return value
    }

    mutating func negation() throws(SignatureError) -> PythonExpression {
        let start = token.range
        guard takeWord("not") else { return try comparison() }
        _ = try negation()
        return .other("UnaryOp", covering(start))
    }

    mutating func comparison() throws(SignatureError) -> PythonExpression {
        let start = token.range
        var value = try alternatives()
        while takeComparison() {
            _ = try alternatives()
            value = .other("Compare", covering(start))
        }
        return value
    }

    mutating func takeComparison() -> Bool {
        if ["<", ">", "<=", ">=", "==", "!="].contains(where: { take($0) }) || takeWord("in") { return true }
        if takeWord("is") {
            _ = takeWord("not")
            return true
        }
        guard isAtWord("not"), tokens[min(place + 1, tokens.count - 1)].kind == .name("in") else { return false }
        place += 2
        return true
    }

    mutating func alternatives() throws(SignatureError) -> PythonExpression {
        let start = token.range
        var value = try arithmetic()
        var length = 0
        while take("|") {
            try lengthen(&length)
            value = .either(value, try arithmetic(), covering(start))
        }
        return value
    }

    mutating func arithmetic() throws(SignatureError) -> PythonExpression {
        let start = token.range
        var value = try unary()
        while ["+", "-", "*", "/", "//", "%", "@", "<<", ">>", "&", "^", "**"].contains(where: { take($0) }) {
            _ = try unary()
            value = .other("BinOp", covering(start))
        }
        return value
    }

    /// Chains are as deep as they are long once they are read, and Python has a limit too.
    func lengthen(_ length: inout Int) throws(SignatureError) {
        length += 1
        guard length < 200 else { throw SignatureError(.syntax, "too many parts in one annotation", at: token.range) }
    }

    mutating func unary() throws(SignatureError) -> PythonExpression {
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
}
