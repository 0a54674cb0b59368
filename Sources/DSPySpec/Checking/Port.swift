package import DSPy

/// A value that a node takes or gives, as far as it is known before the run.
package struct Port: Sendable, Hashable {
    /// What kind of value.
    package indirect enum Shape: Sendable, Hashable {
        /// A field's type; nil when none was declared, so that any value does.
        case field(FieldType?)
        /// A whole prediction with its fields.
        case prediction([Port])
    }

    /// The name.
    package let name: String
    /// What kind of value.
    package let shape: Shape
    /// What was said of it, if anything.
    package var description: String?
    /// Whether a run may leave it out.
    package var isOptional = false

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
        case .prediction: wanted == .string || wanted == .any
        }
    }

    private static func fits(_ given: FieldType, _ wanted: FieldType) -> Bool {
        if given == wanted || given == .any || wanted == .any { return true }
        switch (given, wanted) {
        case (.union(let alternatives), _): return alternatives.allSatisfy { fits($0, wanted) }
        case (_, .union(let alternatives)): return alternatives.contains { fits(given, $0) }
        case (.literal(let values), .literal(let allowed)): return values.allSatisfy(allowed.contains)
        case (.literal(let values), .string): return values.allSatisfy { $0.string != nil }
        case (.literal(let values), .integer): return values.allSatisfy { if case .int = $0 { true } else { false } }
        case (.custom(.reasoning), .string), (.custom(.code), .string), (.enumeration, .string): return true
        case (.string, .custom(.reasoning)), (.string, .custom(.code)): return true
        // DSPy prints a list of texts for an input of type str as numbered blocks.
        case (.list(_, let element), .string): return element == .string || element == nil
        case (.integer, .float), (.boolean, .integer): return true
        case (.list(_, let a), .list(_, let b)), (.set(_, let a), .set(_, let b)):
            guard let a, let b else { return true }
            return fits(a, b)
        case (.dict(_, let a), .dict(_, let b)):
            guard let a, let b else { return true }
            return fits(a.key, b.key) && fits(a.value, b.value)
        case (.tuple(.any), .tuple), (.tuple, .tuple(.any)): return true
        case (.tuple(.fixed(let a)), .tuple(.fixed(let b))): return a.count == b.count && zip(a, b).allSatisfy(fits)
        case (.tuple(.variadic(let a)), .tuple(.variadic(let b))): return fits(a, b)
        default: return false
        }
    }
}
