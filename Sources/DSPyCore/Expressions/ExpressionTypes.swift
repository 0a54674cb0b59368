import Basics
/// Finds what in an expression can never have a value, or never hold, given the types of its paths.
struct ExpressionTypes {
    /// The type of a path; nil when nobody knows it.
    let typeOf: ([String]) -> FieldType?
    /// What was found, in the order of the text.
    private(set) var faults: [ExpressionError] = []

    init(_ typeOf: @escaping ([String]) -> FieldType?) { self.typeOf = typeOf }

    /// What a value is, as far as operators care; nil when it may be of several kinds.
    enum Kind: String {
        case number = "a number"
        case text = "a text"
        case list = "a list"
        case dict = "a dict"
        case none = "None"
        case date = "a date"
        case dateTime = "a date and time"
    }

    /// What is known of a part of an expression.
    private struct Known {
        var kind: Kind?
        /// The only values it can have, if these are few and known.
        var values: [Value]?
        /// The value, if it stands in the text.
        var literal: Value?
        /// The path, if it is one.
        var path: String?
    }

    /// The kind of the whole.
    mutating func check(_ node: Expression.Node) -> Kind? { known(node).kind }

    private mutating func fault(_ message: String, _ range: Range<Int>) {
        faults.append(ExpressionError(message, at: range))
    }

    private mutating func known(_ node: Expression.Node) -> Known {
        switch node {
        case .literal(let value): return Known(kind: Self.kind(of: value), literal: value)
        case .path(let parts, _):
            guard let type = typeOf(parts) else { return Known() }
            return Known(kind: Self.kind(of: type), values: Self.values(of: type), path: parts.joined(separator: "."))
        case .list(let items):
            for item in items { _ = known(item) }
            return Known(kind: .list)
        case .length(let inner, let range):
            if let kind = known(inner).kind, ![.text, .list, .dict].contains(kind) {
                fault("len() takes a text, a list or a dict, found \(kind.rawValue)", range)
            }
            return Known(kind: .number)
        case .not(let inner):
            _ = known(inner)
            return Known(kind: .number)
        case .negated(let inner, let range):
            if let kind = known(inner).kind, kind != .number {
                fault("`-` takes a number, found \(kind.rawValue)", range)
            }
            return Known(kind: .number)
        case .binary(let op, let left, let right, let range): return binary(op, left, right, range)
        }
    }

    private mutating func binary(
        _ op: String, _ left: Expression.Node, _ right: Expression.Node, _ range: Range<Int>
    ) -> Known {
        let (a, b) = (known(left), known(right))
        switch op {
        case "and", "or": return Known(kind: a.kind == b.kind ? a.kind : nil)
        case "==", "!=":
            compareEqual(a, b, range)
            return Known(kind: .number)
        case "<", "<=", ">", ">=":
            if let first = a.kind, let second = b.kind,
                first != second || ![.number, .text, .date, .dateTime].contains(first)
            {
                fault("`\(op)` cannot compare \(first.rawValue) with \(second.rawValue)", range)
            }
            return Known(kind: .number)
        case "in", "not in":
            contains(a, b, right, range)
            return Known(kind: .number)
        default:
            guard let first = a.kind, let second = b.kind else { return Known() }
            if first == .number, second == .number { return Known(kind: .number) }
            if op == "+", first == second, first == .text || first == .list { return Known(kind: first) }
            fault("`\(op)` takes numbers, found \(first.rawValue) and \(second.rawValue)", range)
            return Known()
        }
    }

    private mutating func compareEqual(_ a: Known, _ b: Known, _ range: Range<Int>) {
        if let path = a.path, let literal = b.literal { neverEqual(path, a.values, literal, range) }
        if let path = b.path, let literal = a.literal { neverEqual(path, b.values, literal, range) }
        if let first = a.kind, let second = b.kind, first != second, first != .none, second != .none {
            fault("\(first.rawValue) is never equal to \(second.rawValue)", range)
        }
    }

    /// A value that is none of the few that a path can have.
    private mutating func neverEqual(_ path: String, _ values: [Value]?, _ literal: Value, _ range: Range<Int>) {
        guard let values, case .string(let text) = literal, values.allSatisfy({ $0.string != nil }),
            !values.contains(literal)
        else { return }
        let names = values.compactMap(\.string)
        let meant = Spelling.closest(to: text, among: names).map { "did you mean \(Value.string($0).pythonRepr)?" }
        let help = meant ?? "it is one of \(names.map { Value.string($0).pythonRepr }.joined(separator: ", "))"
        fault("`\(path)` is never \(literal.pythonRepr); \(help)", range)
    }

    private mutating func contains(_ item: Known, _ container: Known, _ node: Expression.Node, _ range: Range<Int>) {
        if let kind = container.kind, ![.text, .list, .dict].contains(kind) {
            fault("`in` takes a text, a list or a dict on its right, found \(kind.rawValue)", range)
        }
        guard let path = item.path, case .list(let items) = node else { return }
        for case .literal(let literal) in items { neverEqual(path, item.values, literal, range) }
    }

    // MARK: Kinds

    private static func kind(of value: Value) -> Kind? {
        switch value {
        case .null: Kind.none
        case .bool, .int, .bigInt, .float: .number
        case .string: .text
        case .list: .list
        case .dict: .dict
        default: nil
        }
    }

    private static func kind(of type: FieldType) -> Kind? {
        switch type {
        case .string: .text
        case .integer, .float, .boolean: .number
        case .none: Kind.none
        case .date: .date
        case .dateTime: .dateTime
        case .list, .set, .tuple: .list
        case .dict: .dict
        case .literal(let values): common(values.map(kind(of:)))
        case .enumeration(let type): common(type.members.map { kind(of: $0.value) })
        case .union(let alternatives): common(alternatives.map(kind(of:)))
        default: nil
        }
    }

    private static func common(_ kinds: [Kind?]) -> Kind? {
        guard let first = kinds.first, kinds.allSatisfy({ $0 == first }) else { return nil }
        return first
    }

    private static func values(of type: FieldType) -> [Value]? {
        switch type {
        case .literal(let values): values
        case .enumeration(let type): type.members.map(\.value)
        default: nil
        }
    }
}

extension Expression {
    /// What can never have a value or never hold, given the types of its paths.
    ///
    /// - Parameter typeOf: The type of a path; nil when nobody knows it.
    /// - Returns: The faults with their places, and whether the value is certainly no number.
    package func faults(
        _ typeOf: @escaping ([String]) -> FieldType?
    ) -> (faults: [ExpressionError], isNoNumber: Bool) {
        var types = ExpressionTypes(typeOf)
        let kind = types.check(root)
        return (types.faults, kind != nil && kind != .number)
    }
}
