/// A named record: fields with a type each, as a pydantic model.
public struct RecordType: Sendable, Hashable {
    /// One field.
    public struct Field: Sendable, Hashable {
        /// Its name.
        public var name: String
        /// Its type.
        public var type: FieldType
        /// What the model is told of it, if anything.
        public var description: String?
        /// The value it takes when it is missing; nil makes it required.
        public var defaultValue: Value?
        /// Bounds that values must keep.
        public var constraints: Constraints

        /// A field.
        public init(
            name: String, type: FieldType, description: String? = nil, defaultValue: Value? = nil,
            constraints: Constraints = Constraints()
        ) {
            self.name = name
            self.type = type
            self.description = description
            self.defaultValue = defaultValue
            self.constraints = constraints
        }
    }

    /// The class name.
    public var name: String
    /// The docstring, if any.
    public var doc: String?
    /// The fields in order.
    public var fields: [Field]

    /// A record.
    public init(name: String, doc: String? = nil, fields: [Field]) {
        self.name = name
        self.doc = doc
        self.fields = fields
    }
}

/// Bounds on a value, in the order they were given, under pydantic's names.
public struct Constraints: Sendable, Hashable {
    /// Which bound.
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        /// Greater than.
        case gt
        /// Greater than or equal to.
        case ge
        /// Less than.
        case lt
        /// Less than or equal to.
        case le
        /// At least so long.
        case minLength = "min_length"
        /// At most so long.
        case maxLength = "max_length"
        /// A multiple of.
        case multipleOf = "multiple_of"
    }

    /// One bound.
    public struct Bound: Sendable, Hashable {
        /// Which.
        public var kind: Kind
        /// Its number.
        public var value: Value

        /// A bound.
        public init(_ kind: Kind, _ value: Value) {
            self.kind = kind
            self.value = value
        }
    }

    /// The bounds in order.
    public var bounds: [Bound]

    /// Bounds; none by default.
    public init(_ bounds: [Bound] = []) { self.bounds = bounds }

    /// Whether there is no bound.
    public var isEmpty: Bool { bounds.isEmpty }

    /// DSPy's words for the bounds: `greater than or equal to: 0, less than or equal to: 1`.
    ///
    /// - Source: dspy/signatures/field.py (3.4.1), `PYDANTIC_CONSTRAINT_MAP`.
    public var description: String {
        bounds.map { bound in
            let words =
                switch bound.kind {
                case .gt: "greater than"
                case .ge: "greater than or equal to"
                case .lt: "less than"
                case .le: "less than or equal to"
                case .minLength: "minimum length"
                case .maxLength: "maximum length"
                case .multipleOf: "a multiple of the given number"
                }
            return "\(words): \(bound.value.pythonString)"
        }.joined(separator: ", ")
    }

    subscript(kind: Kind) -> Value? { bounds.last { $0.kind == kind }?.value }
}
