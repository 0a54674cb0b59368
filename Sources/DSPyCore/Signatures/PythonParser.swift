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

    let tokens: [PythonToken]
    var place = 0
    var depth = 0

    init(_ tokens: [PythonToken]) { self.tokens = tokens }

    var token: PythonToken { tokens[min(place, tokens.count - 1)] }

    func isAt(_ op: String) -> Bool { token.kind == .op(op) }

    mutating func take(_ op: String) -> Bool {
        guard isAt(op) else { return false }
        place += 1
        return true
    }

    func isAtWord(_ word: String) -> Bool { token.kind == .name(word) }

    mutating func takeWord(_ word: String) -> Bool {
        guard isAtWord(word) else { return false }
        place += 1
        return true
    }

    mutating func expect(_ op: String) throws(SignatureError) {
        guard take(op) else { throw unexpected("`\(op)`") }
    }

    func unexpected(_ wanted: String) -> SignatureError {
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

    func covering(_ start: Range<Int>) -> Range<Int> {
        start.lowerBound..<max(start.upperBound, tokens[max(0, place - 1)].range.upperBound)
    }

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

    mutating func parameter() throws(SignatureError) -> Parameter {
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
}
