/// The type of a field, as Python's annotations in a DSPy signature say it.
public indirect enum FieldType: Sendable, Hashable {
    /// `str`.
    case string
    /// `int`.
    case integer
    /// `float`.
    case float
    /// `bool`.
    case boolean
    /// `None`.
    case none
    /// `typing.Any`.
    case any
    /// `complex`.
    case complex
    /// `bytes`.
    case bytes
    /// `datetime.date`.
    case date
    /// `datetime.datetime`.
    case dateTime
    /// `datetime.time`.
    case time
    /// `datetime.timedelta`.
    case duration
    /// `decimal.Decimal`.
    case decimal
    /// `uuid.UUID`.
    case uuid
    /// `pathlib.Path`.
    case path
    /// A list (`list`, `List`, `Sequence`, …) of any items (nil) or of one type; `name` is the printed one.
    case list(name: String, element: FieldType?)
    /// A `set` or `frozenset` of any items (nil) or of one type.
    case set(isFrozen: Bool, element: FieldType?)
    /// A tuple.
    case tuple(TupleShape)
    /// A dict (`dict`, `Mapping`, …) of any members (nil) or of one type of keys and one of values.
    case dict(name: String, members: DictShape?)
    /// `Literal[…]`: one of these values.
    case literal([Value])
    /// `Union[…]`, `Optional[…]`, `A | B`: flat, without doubles, at least two.
    case union([FieldType])
    /// A named enum.
    case enumeration(EnumType)
    /// A named record (a pydantic model).
    case record(RecordType)
    /// One of DSPy's own types.
    case custom(CustomType)

    /// Whether some value of it is an object that prompts show in a way of its own: an image, an audio clip, a file, code, a
    /// record.
    package var hasObjects: Bool {
        switch self {
        case .record, .custom(.image), .custom(.audio), .custom(.file), .custom(.code): true
        default: parts.contains(where: \.hasObjects)
        }
    }

    /// What a tuple holds.
    public enum TupleShape: Sendable, Hashable {
        /// `tuple`: anything.
        case any
        /// `tuple[A, B]`: exactly these.
        case fixed([FieldType])
        /// `tuple[A, ...]`: any number of one type.
        case variadic(FieldType)
    }

    /// What a dict holds.
    public struct DictShape: Sendable, Hashable {
        /// The type of the keys.
        public var key: FieldType
        /// The type of the values.
        public var value: FieldType

        /// A shape.
        public init(key: FieldType, value: FieldType) {
            self.key = key
            self.value = value
        }
    }

    /// `list[element]`.
    public static func list(_ element: FieldType?) -> FieldType { .list(name: "list", element: element) }
    /// `dict[key, value]`.
    public static func dict(_ key: FieldType, _ value: FieldType) -> FieldType {
        .dict(name: "dict", members: DictShape(key: key, value: value))
    }
    /// `Optional[wrapped]`.
    public static func optional(_ wrapped: FieldType) -> FieldType { union(of: [wrapped, .none]) }

    /// `Union[…]` as `typing` builds it: nested unions flattened, doubles dropped, one alternative alone is itself.
    public static func union(of alternatives: [FieldType]) -> FieldType {
        var flat: [FieldType] = []
        for alternative in alternatives {
            let parts = if case .union(let inner) = alternative { inner } else { [alternative] }
            for part in parts where !flat.contains(part) { flat.append(part) }
        }
        return flat.count == 1 ? flat[0] : .union(flat)
    }

    /// `Literal[…]` as `typing` builds it: doubles of the same type dropped.
    public static func literal(of values: [Value]) -> FieldType {
        var distinct: [Value] = []
        for value in values where !distinct.contains(value) { distinct.append(value) }
        return .literal(distinct)
    }

    /// Whether the type admits `None` at its top.
    ///
    /// - Source: dspy/adapters/utils.py (3.4.1), `annotation_allows_none`.
    public var allowsNone: Bool {
        switch self {
        case .none: true
        case .union(let alternatives): alternatives.contains { $0.allowsNone }
        default: false
        }
    }

    /// The types that this one directly holds.
    var parts: [FieldType] {
        switch self {
        case .list(_, let element), .set(_, let element): element.map { [$0] } ?? []
        case .tuple(.fixed(let items)): items
        case .tuple(.variadic(let item)): [item]
        case .dict(_, let shape): shape.map { [$0.key, $0.value] } ?? []
        case .union(let alternatives): alternatives
        default: []
        }
    }

    /// DSPy's own types anywhere inside, in order, doubles kept.
    ///
    /// - Source: dspy/adapters/types/base_type.py (3.4.1), `extract_custom_type_from_annotation`.
    var customTypes: [CustomType] {
        switch self {
        case .custom(.history): []
        case .custom(let type): [type]
        default: parts.flatMap(\.customTypes)
        }
    }
}
