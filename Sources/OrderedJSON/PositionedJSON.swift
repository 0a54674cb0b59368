/// A JSON value that knows where it stands in its text, for diagnostics with line and column.
public indirect enum PositionedJSON: Sendable {
    /// `null`, a boolean or a number.
    case scalar(JSON, range: Range<TextPosition>)
    /// A string, with how it was spelt.
    case string(PositionedString)
    /// An array.
    case array([PositionedJSON], range: Range<TextPosition>)
    /// An object.
    case object(PositionedObject)

    /// From the first character of the value to the place behind its last one.
    public var range: Range<TextPosition> {
        switch self {
        case .scalar(_, let range), .array(_, let range): range
        case .string(let string): string.range
        case .object(let object): object.range
        }
    }

    /// The place of the first character.
    public var start: TextPosition { range.lowerBound }
    /// The place behind the last character.
    public var end: TextPosition { range.upperBound }

    /// The value without places.
    public var json: JSON {
        switch self {
        case .scalar(let value, _): value
        case .string(let string): .string(string.text)
        case .array(let items, _): .array(Self.plain(items))
        case .object(let object): .object(Self.plain(object))
        }
    }

    // Loops rather than closures: deep values take less stack.
    private static func plain(_ items: [PositionedJSON]) -> [JSON] {
        var result: [JSON] = []
        result.reserveCapacity(items.count)
        for item in items { result.append(item.json) }
        return result
    }

    private static func plain(_ object: PositionedObject) -> JSONObject {
        var members: [JSONObject.Member] = []
        members.reserveCapacity(object.members.count)
        for member in object.members { members.append((member.key, member.value.json)) }
        return JSONObject(members)
    }

    /// The items of an array, else nil.
    public var array: [PositionedJSON]? { if case .array(let items, _) = self { items } else { nil } }
    /// The object, else nil.
    public var object: PositionedObject? { if case .object(let object) = self { object } else { nil } }
    /// The text of a string, else nil.
    public var string: String? { if case .string(let string) = self { string.text } else { nil } }
    /// The members of an object, else none.
    public var members: [PositionedMember] { object?.members ?? [] }
    /// The keys an object repeats, else none.
    public var duplicateKeys: [DuplicateKey] { object?.duplicateKeys ?? [] }
    /// The value of an object's key, or nil when there is none or this is no object.
    public subscript(key: String) -> PositionedJSON? { object?[key]?.value }

    /// The source place of a scalar of a string's decoded text, counted from 0; the start of any other value.
    ///
    /// An index at or behind the end of the text gives the place of the closing quote.
    public func position(ofScalar index: Int) -> TextPosition {
        if case .string(let string) = self { string.position(ofScalar: index) } else { start }
    }
}

/// An object with the places of its keys.
public struct PositionedObject: Sendable {
    /// The members; of a repeated key the last value, at the place of the first, as in ``JSONObject``.
    public var members: [PositionedMember]
    /// Every key after its first time, in the order of the text.
    public var duplicateKeys: [DuplicateKey]
    /// From `{` to behind `}`.
    public var range: Range<TextPosition>

    /// The member with a key.
    public subscript(key: String) -> PositionedMember? { members.first { $0.key.hasSameBytes(as: key) } }
}

/// One member of an object, with its places.
public struct PositionedMember: Sendable {
    /// The key.
    public var key: String
    /// From the key's opening quote to behind its closing one.
    public var keyRange: Range<TextPosition>
    /// The value.
    public var value: PositionedJSON
}

/// A key that an object has already.
public struct DuplicateKey: Sendable, Hashable {
    /// The key.
    public var key: String
    /// Where it stands again.
    public var range: Range<TextPosition>
    /// Where it stood first.
    public var firstRange: Range<TextPosition>
}
