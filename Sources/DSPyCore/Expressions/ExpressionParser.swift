/// Reads an expression from Python tokens, the loosest operator first.
struct ExpressionParser {
    private let tokens: [PythonToken]
    private var place = 0
    private var operations = 0

    /// How many operators, calls and brackets an expression may have; so many levels its tree has at most.
    private static let maximumOperations = 100

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

    /// Operators, the loosest first.
    private static let levels: [String: Int] = [
        "or": 0, "and": 1, "==": 2, "!=": 2, "<": 2, "<=": 2, ">": 2, ">=": 2, "in": 2, "not in": 2, "+": 3, "-": 3,
        "*": 4, "/": 4,
    ]
    private static let comparisons = 2

    /// The operator at the place, how tightly it binds, and how many tokens it takes.
    private var operation: (name: String, level: Int, length: Int)? {
        let word: String
        switch token.kind {
        case .op(let op): word = op
        case .name("not") where tokens[min(place + 1, tokens.count - 1)].kind == .name("in"):
            return ("not in", Self.comparisons, 2)
        case .name(let name): word = name
        default: return nil
        }
        return Self.levels[word].map { (word, $0, 1) }
    }

    /// An expression whose operators bind at least so tightly; one call for each level of the tree keeps the stack small.
    private mutating func expression(_ least: Int) throws(ExpressionError) -> Expression.Node {
        var left: Expression.Node
        if least <= Self.comparisons, token.kind == .name("not") {
            _ = try step(1)
            left = .not(try expression(Self.comparisons))
        } else {
            left = try prefix()
        }
        var compared: Expression.Node?
        while let operation, operation.level >= least {
            let range = try step(operation.length)
            let right = try expression(operation.level + 1)
            if operation.level == Self.comparisons, let middle = compared {
                // Comparisons chain as in Python: `a < b < c` is `a < b and b < c`.
                left = .binary("and", left, .binary(operation.name, middle, right, range), range)
            } else {
                left = .binary(operation.name, left, right, range)
            }
            compared = operation.level == Self.comparisons ? right : nil
        }
        return left
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
        case "null", "None": return .literal(.null)
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
