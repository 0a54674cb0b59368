import OrderedJSON

/// A small expression over the fields of a run: paths, literals, comparison, `and or not in`, `+ - * /`, `len()`.
///
/// Operators bind as in Python, and comparisons chain (`1 <= x < 5`). It has no calls but `len`, no loops, and always ends.
public struct Expression: Sendable {
    indirect enum Node: Sendable {
        case literal(Value)
        case path([String], Range<Int>)
        case list([Node])
        case length(Node, Range<Int>)
        case not(Node)
        case negated(Node, Range<Int>)
        case binary(String, Node, Node, Range<Int>)
    }

    let root: Node
    /// The text it was read from.
    public let text: String

    /// Reads an expression, `severity == 'low' and len(tags) <= 3`.
    public init(_ text: String) throws(ExpressionError) {
        self.text = text
        var parser = try ExpressionParser(text)
        root = try parser.parse()
    }

    /// The paths it speaks of, with their places: Unicode scalars from 0.
    public var paths: [(parts: [String], range: Range<Int>)] {
        var paths: [(parts: [String], range: Range<Int>)] = []
        Self.addPaths(of: root, to: &paths)
        return paths
    }

    private static func addPaths(of node: Node, to paths: inout [(parts: [String], range: Range<Int>)]) {
        switch node {
        case .literal: break
        case .path(let parts, let range): paths.append((parts, range))
        case .list(let items): for item in items { addPaths(of: item, to: &paths) }
        case .length(let inner, _), .not(let inner), .negated(let inner, _): addPaths(of: inner, to: &paths)
        case .binary(_, let left, let right, _):
            addPaths(of: left, to: &paths)
            addPaths(of: right, to: &paths)
        }
    }

    /// The value, with paths looked up in a scope.
    public func evaluate(_ lookUp: ([String]) -> Value?) throws(ExpressionError) -> Value {
        try Self.evaluate(root, lookUp)
    }

    /// Whether the value is one that Python takes for true.
    public func holds(_ lookUp: ([String]) -> Value?) throws(ExpressionError) -> Bool {
        Self.isTrue(try evaluate(lookUp))
    }

    private static func evaluate(_ node: Node, _ lookUp: ([String]) -> Value?) throws(ExpressionError) -> Value {
        switch node {
        case .literal(let value): return value
        case .path(let parts, let range):
            guard let value = lookUp(parts) else {
                throw ExpressionError("there is no value `\(parts.joined(separator: "."))`", at: range)
            }
            return value
        case .list(let items):
            var values: [Value] = []
            for item in items { values.append(try evaluate(item, lookUp)) }
            return .list(values)
        case .not(let inner): return .bool(!isTrue(try evaluate(inner, lookUp)))
        case .length(let inner, let range):
            guard let length = length(of: try evaluate(inner, lookUp)) else {
                throw ExpressionError("len() takes a text, a list or a dict", at: range)
            }
            return .int(length)
        case .negated(let inner, let range):
            switch try evaluate(inner, lookUp) {
            case .int(let value) where value != .min: return .int(-value)
            case let value:
                guard let number = plain(value).numeric else { throw ExpressionError("`-` takes a number", at: range) }
                return .float(-number)
            }
        case .binary("and", let left, let right, _):
            let value = try evaluate(left, lookUp)
            return isTrue(value) ? try evaluate(right, lookUp) : value
        case .binary("or", let left, let right, _):
            let value = try evaluate(left, lookUp)
            return isTrue(value) ? value : try evaluate(right, lookUp)
        case .binary(let op, let left, let right, let range):
            return try apply(op, try evaluate(left, lookUp), try evaluate(right, lookUp), range)
        }
    }

    private static func apply(
        _ op: String, _ left: Value, _ right: Value, _ range: Range<Int>
    ) throws(ExpressionError) -> Value {
        let (left, right) = (plain(left), plain(right))
        // NaN is neither equal to anything nor below or above it.
        if ["==", "!=", "<", "<=", ">", ">="].contains(op), isNaN(left) || isNaN(right) { return .bool(op == "!=") }
        switch op {
        case "==": return .bool(left.equalsInPython(right))
        case "!=": return .bool(!left.equalsInPython(right))
        case "in", "not in":
            guard let isIn = contains(right, left) else {
                throw ExpressionError("`in` takes a text, a list or a dict on its right", at: range)
            }
            return .bool(isIn == (op == "in"))
        case "<", "<=", ">", ">=":
            guard let order = order(left, right) else {
                throw ExpressionError(
                    "`\(op)` cannot compare \(left.pythonTypeName) with \(right.pythonTypeName)", at: range)
            }
            switch op {
            case "<": return .bool(order < 0)
            case "<=": return .bool(order <= 0)
            case ">": return .bool(order > 0)
            default: return .bool(order >= 0)
            }
        default: return try calculate(op, left, right, range)
        }
    }

    private static func calculate(
        _ op: String, _ left: Value, _ right: Value, _ range: Range<Int>
    ) throws(ExpressionError) -> Value {
        switch (op, left, right) {
        case ("+", .string(let a), .string(let b)): return .string(a + b)
        case ("+", .list(let a), .list(let b)): return .list(a + b)
        case (_, .int(let a), .int(let b)) where op != "/":
            let (result, overflows) =
                op == "+"
                ? a.addingReportingOverflow(b)
                : op == "-" ? a.subtractingReportingOverflow(b) : a.multipliedReportingOverflow(by: b)
            if !overflows { return .int(result) }
        default: break
        }
        guard let a = left.numeric, let b = right.numeric else {
            throw ExpressionError(
                "`\(op)` takes numbers, found \(left.pythonTypeName) and \(right.pythonTypeName)", at: range)
        }
        switch op {
        case "+": return .float(a + b)
        case "-": return .float(a - b)
        case "*": return .float(a * b)
        default:
            guard b != 0 else { throw ExpressionError("division by zero", at: range) }
            return .float(a / b)
        }
    }

    /// Enum members count as their values, reasoning as its text.
    private static func plain(_ value: Value) -> Value {
        switch value {
        case .enumCase(let member): member.value
        case .custom(.reasoning(let text)), .custom(.code(let text, _)): .string(text)
        default: value
        }
    }

    private static func isNaN(_ value: Value) -> Bool { value.numeric?.isNaN ?? false }

    static func isTrue(_ value: Value) -> Bool {
        switch value {
        case .null: false
        case .string(let text): !text.isEmpty
        default: value.numeric.map { $0 != 0 } ?? length(of: value).map { $0 > 0 } ?? true
        }
    }

    private static func length(of value: Value) -> Int? {
        switch plain(value) {
        case .string(let text): text.unicodeScalars.count
        case .list(let items), .tuple(let items), .set(let items), .frozenSet(let items): items.count
        case .dict(let members): members.count
        case .bytes(let bytes): bytes.count
        default: nil
        }
    }

    private static func contains(_ container: Value, _ item: Value) -> Bool? {
        switch container {
        case .string(let text): item.string.map { PythonString.contains(text, $0) }
        case .list(let items), .tuple(let items), .set(let items), .frozenSet(let items):
            items.contains { plain($0).equalsInPython(item) }
        case .dict(let members): members[item] != nil
        default: nil
        }
    }

    /// Below zero, zero or above, as the left value stands to the right one; nil when they have no order.
    private static func order(_ left: Value, _ right: Value) -> Int? {
        if let a = left.numeric, let b = right.numeric { return a < b ? -1 : a == b ? 0 : 1 }
        switch (left, right) {
        case (.string(let a), .string(let b)):
            return a.hasSameBytes(as: b) ? 0 : a.utf8.lexicographicallyPrecedes(b.utf8) ? -1 : 1
        case (.date, .date), (.dateTime, .dateTime):
            return order(.string(left.pythonString), .string(right.pythonString))
        default: return nil
        }
    }
}
