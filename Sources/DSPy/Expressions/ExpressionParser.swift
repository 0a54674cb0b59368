/// Reads an expression from Python tokens, the loosest operator first.
struct ExpressionParser {
    private let tokens: [PythonToken]
    private var place = 0
    private var operations = 0

    /// How many operators, calls and brackets an expression may have; so many levels its tree has at most.
    private static let maximumOperations = 200

    init(_ text: String) throws(ExpressionError) {
        var lexer = PythonLexer(text.unicodeScalars, offset: 0)
        do throws(SignatureError) { tokens = try lexer.tokens() } catch {
            throw ExpressionError(error.message, at: error.range)
        }
    }

    mutating func parse() throws(ExpressionError) -> Expression.Node {
        let node = try expression(0)
        guard token.kind == .end else { throw unexpected("an operator") }
        return node
    }

    private var token: PythonToken { tokens[min(place, tokens.count - 1)] }

    private func unexpected(_ wanted: String) -> ExpressionError {
        let found =
            switch token.kind {
            case .end: "the end"
            case .name(let word): "`\(word)`"
            case .op(let op): "`\(op)`"
            case .number(let value), .string(let value): value.pythonRepr
            case .formatted: "an f-string"
            }
        return ExpressionError("expected \(wanted), found \(found)", at: token.range)
    }

    private mutating func take(_ op: String) -> Bool {
        guard token.kind == .op(op) else { return false }
        place += 1
        return true
    }

    private static let levels: [[String]] = [
        ["or"], ["and"], ["==", "!=", "<", "<=", ">", ">=", "in", "not in"], ["+", "-"], ["*", "/"],
    ]

    /// The operator at the place, if it is one of the level's, and how many tokens it takes.
    private func operation(of level: Int) -> (name: String, length: Int)? {
        switch token.kind {
        case .op(let op) where Self.levels[level].contains(op): return (op, 1)
        case .name("not") where level == 2 && tokens[min(place + 1, tokens.count - 1)].kind == .name("in"):
            return ("not in", 2)
        case .name(let word) where Self.levels[level].contains(word): return (word, 1)
        default: return nil
        }
    }

    private static let comparisons = 2

    private mutating func expression(_ level: Int) throws(ExpressionError) -> Expression.Node {
        guard level < Self.levels.count else { return try prefix() }
        if level == Self.comparisons { return try comparison() }
        var left = try expression(level + 1)
        while let operation = operation(of: level) {
            let range = try step(operation.length)
            left = .binary(operation.name, left, try expression(level + 1), range)
        }
        return left
    }

    /// Comparisons chain as in Python: `a < b < c` is `a < b and b < c`.
    private mutating func comparison() throws(ExpressionError) -> Expression.Node {
        if token.kind == .name("not") {
            _ = try step(1)
            return .not(try comparison())
        }
        var left = try expression(Self.comparisons + 1)
        var chain: Expression.Node?
        while let operation = operation(of: Self.comparisons) {
            let range = try step(operation.length)
            let right = try expression(Self.comparisons + 1)
            let link = Expression.Node.binary(operation.name, left, right, range)
            chain = chain.map { .binary("and", $0, link, range) } ?? link
            left = right
        }
        return chain ?? left
    }

    /// Steps over the tokens of an operator, and counts it.
    private mutating func step(_ length: Int) throws(ExpressionError) -> Range<Int> {
        let range = token.range
        operations += 1
        guard operations <= Self.maximumOperations else {
            throw ExpressionError("more than \(Self.maximumOperations) operators and brackets", at: range)
        }
        place += length
        return range
    }

    private mutating func prefix() throws(ExpressionError) -> Expression.Node {
        let range = token.range
        switch token.kind {
        case .op("-"):
            _ = try step(1)
            return .negated(try prefix(), range)
        case .op("("):
            _ = try step(1)
            let inner = try expression(0)
            guard take(")") else { throw unexpected("`)`") }
            return inner
        case .op("["):
            _ = try step(1)
            return .list(try items(until: "]"))
        case .number(let value), .string(let value):
            place += 1
            return .literal(value)
        case .name(let word): return try named(word, range)
        default: throw unexpected("a value")
        }
    }

    private mutating func items(until close: String) throws(ExpressionError) -> [Expression.Node] {
        var items: [Expression.Node] = []
        while !take(close) {
            items.append(try expression(0))
            guard take(",") else {
                guard take(close) else { throw unexpected("`,` or `\(close)`") }
                break
            }
        }
        return items
    }

    private mutating func named(_ word: String, _ range: Range<Int>) throws(ExpressionError) -> Expression.Node {
        place += 1
        switch word {
        case "true", "True": return .literal(.bool(true))
        case "false", "False": return .literal(.bool(false))
        case "null", "None": return .literal(.none)
        case "len" where token.kind == .op("("):
            _ = try step(1)
            let inner = try expression(0)
            guard take(")") else { throw unexpected("`)`") }
            return .length(inner, range)
        default: break
        }
        guard !PythonToken.keywords.contains(word) else {
            place -= 1
            throw unexpected("a value")
        }
        guard token.kind != .op("(") else {
            throw ExpressionError("the only function is len(); found `\(word)(`", at: range)
        }
        var parts = [word]
        var end = range.upperBound
        while take(".") {
            guard case .name(let part) = token.kind else { throw unexpected("a name after `.`") }
            parts.append(part)
            end = token.range.upperBound
            place += 1
        }
        return .path(parts, range.lowerBound..<end)
    }
}
