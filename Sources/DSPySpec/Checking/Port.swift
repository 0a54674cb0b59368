package import DSPyCore

/// A value that a node takes or gives, as far as it is known before the run.
package struct Port: Sendable, Hashable {
    /// What kind of value.
    package indirect enum Shape: Sendable, Hashable {
        /// A field's type; nil when none was declared, so that any value does.
        case field(FieldType?)
        /// A whole prediction with its fields.
        case prediction([Port])
    }

    package let name: String
    /// What kind of value.
    package let shape: Shape
    /// What was said of it, if anything.
    package var description: String?
    /// Whether a run may leave it out.
    package var isOptional = false
    /// Whether only some branches of a node give it, so that nobody may count on it.
    package var isPartial = false
    /// Whether a step's value becomes it only where `in` says so.
    package var isNamedOnly = false
    /// Whether it is taken only where a tool that nobody knows before the run turns out to want it.
    package var isImplied = false

    package init(
        name: String, shape: Shape, description: String? = nil, isOptional: Bool = false, isPartial: Bool = false
    ) {
        self.name = name
        self.shape = shape
        self.description = description
        self.isOptional = isOptional
        self.isPartial = isPartial
    }

    /// The type; `Any` for what is not declared.
    package var type: FieldType {
        switch shape {
        case .field(let type): type ?? .any
        case .prediction: .any
        }
    }

    /// The type as a prompt prints it.
    package var typeName: String {
        switch shape {
        case .field(let type): type?.name ?? "str"
        case .prediction: "Prediction"
        }
    }

    /// Whether a value of this port can be an input that declares a type.
    func fits(_ wanted: FieldType) -> Bool {
        switch shape {
        case .field(let type): type.map { Self.fits($0, wanted) } ?? true
        // A prediction is printed as Python prints it; only text and Any take that.
        case .prediction: Self.fits(.string, wanted) && wanted != .custom(.reasoning)
        }
    }

    /// Whether any value of one type can be an input of another.
    static func fits(_ given: FieldType, _ wanted: FieldType) -> Bool {
        switch (given, wanted) {
        case (.union(let alternatives), _): return alternatives.allSatisfy { fits($0, wanted) }
        case (_, .union(let alternatives)) where alternatives.contains { fits(given, $0) }: return true
        // DSPy prints a list of texts for an input of type str as numbered blocks; it does so with no list inside another.
        case (.list(_, let element), .string): return element.map { $0 == .any || holds($0, .string) } ?? true
        default: return holds(given, wanted)
        }
    }

    /// Whether any value of one type is a value of another, inside other types as well.
    static func holds(_ given: FieldType, _ wanted: FieldType) -> Bool {
        if given == wanted || given == .any || wanted == .any { return true }
        switch (given, wanted) {
        case (.union(let alternatives), _): return alternatives.allSatisfy { holds($0, wanted) }
        case (.literal(let values), _): return values.allSatisfy { holds($0, wanted) }
        case (_, .union(let alternatives)): return alternatives.contains { holds(given, $0) }
        case (.custom(.reasoning), .string), (.custom(.code), .string), (.enumeration, .string): return true
        case (.string, .custom(.reasoning)), (.string, .custom(.code)): return true
        // Python's own order of types: a bool is an int, a datetime is a date; a float takes an int.
        case (.integer, .float), (.boolean, .integer), (.boolean, .float), (.dateTime, .date): return true
        case (.list(_, let a), .list(_, let b)): return holds(a, b)
        case (.set(let isFrozen, let a), .set(let wantsFrozen, let b)): return isFrozen == wantsFrozen && holds(a, b)
        case (.dict(_, let a), .dict(_, let b)):
            guard let a, let b else { return true }
            return holds(a.key, b.key) && holds(a.value, b.value)
        case (.tuple(.any), .tuple), (.tuple, .tuple(.any)): return true
        case (.tuple(.fixed(let a)), .tuple(.fixed(let b))): return a.count == b.count && zip(a, b).allSatisfy(holds)
        case (.tuple(.fixed(let items)), .tuple(.variadic(let b))): return items.allSatisfy { holds($0, b) }
        case (.tuple(.variadic(let a)), .tuple(.variadic(let b))): return holds(a, b)
        default: return false
        }
    }

    /// What does not say its type may be of any.
    private static func holds(_ given: FieldType?, _ wanted: FieldType?) -> Bool {
        guard let given, let wanted else { return true }
        return holds(given, wanted)
    }

    private static func holds(_ value: Value, _ wanted: FieldType) -> Bool {
        if case .union(let alternatives) = wanted { return alternatives.contains { holds(value, $0) } }
        if case .literal(let allowed) = wanted { return allowed.contains(value) }
        switch value {
        case .null: return wanted == .none
        case .bool: return holds(FieldType.boolean, wanted)
        case .int, .bigInt: return holds(FieldType.integer, wanted)
        case .string: return holds(FieldType.string, wanted)
        case .bytes: return wanted == .bytes
        default: return false
        }
    }
}
