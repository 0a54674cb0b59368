public import OrderedJSON

extension Value {
    /// The value as pydantic dumps it into JSON: dates as ISO strings, enums as their values, sets and tuples as lists.
    ///
    /// Non-finite floats stay themselves when they are the whole value, and become `null` inside a list or dict.
    ///
    /// - Source: dspy/adapters/utils.py (3.4.1), `serialize_for_json`.
    public var json: JSON {
        if case .float(let number) = self { return .double(number) }
        return nestedJSON ?? .string(pythonString)
    }

    /// nil when some part has no JSON form, so that Python falls back to the `str` of the whole.
    private var nestedJSON: JSON? {
        switch self {
        case .null: return .null
        case .bool(let flag): return .bool(flag)
        case .int(let value): return .int(value)
        case .bigInt(let digits): return .bigInt(digits)
        case .float(let number): return number.isFinite ? .double(number) : .null
        case .complex(let real, let imaginary):
            return .string(Self.complexText(real, imaginary))
        case .string(let text), .decimal(let text), .uuid(let text), .path(let text): return .string(text)
        case .bytes(let bytes): return String(validating: bytes, as: UTF8.self).map { .string($0) }
        case .list(let items), .tuple(let items), .set(let items), .frozenSet(let items):
            return Self.array(items)
        case .dict(let members): return Self.object(members)
        case .date(let date): return .string(date.isoFormat)
        case .dateTime(let moment): return .string(moment.isoFormat)
        case .time(let time): return .string(time.isoFormat(utcAsZ: true))
        case .duration(let duration): return .string(duration.isoFormat)
        case .enumCase(let member): return member.value.nestedJSON
        case .record(let record): return Self.object(record.fields)
        case .custom(let custom): return custom.dumped.nestedJSON
        case .prediction(let prediction): return .string(prediction.pythonRepr)
        }
    }

    /// A complex number as pydantic's Rust writes it: no real part of zero, no exponents.
    private static func complexText(_ real: Double, _ imaginary: Double) -> String {
        guard real != 0 else { return plainDigits(imaginary) + "j" }
        return plainDigits(real) + (imaginary >= 0 ? "+" : "") + plainDigits(imaginary) + "j"
    }

    /// A float as Rust's `{}` prints it: `1`, `-0`, `10000000000000000000000`, `0.0000001`, `NaN`.
    private static func plainDigits(_ number: Double) -> String {
        guard number.isFinite else { return number.isNaN ? "NaN" : number < 0 ? "-inf" : "inf" }
        let text = PythonText.repr(number.magnitude)
        let sign = number.sign == .minus ? "-" : ""
        let parts = PythonString.split(text, at: "e")
        guard parts.count == 2, let exponent = Int(parts[1]) else {
            return sign + (text.hasSuffix(".0") ? String(text.dropLast(2)) : text)
        }
        let mantissa = PythonString.split(parts[0], at: ".")
        let digits = mantissa.joined()
        let point = mantissa[0].utf8.count + exponent
        if point <= 0 { return sign + "0." + String(repeating: "0", count: -point) + digits }
        return sign + digits + String(repeating: "0", count: max(0, point - digits.utf8.count))
    }

    private static func array(_ items: [Value]) -> JSON? {
        var array: [JSON] = []
        array.reserveCapacity(items.count)
        for item in items {
            guard let json = item.nestedJSON else { return nil }
            array.append(json)
        }
        return .array(array)
    }

    private static func object(_ members: ValueDict) -> JSON? {
        var object = JSONObject()
        for (key, value) in members {
            guard let json = value.nestedJSON else { return nil }
            object[key.jsonKey] = json
        }
        return .object(object)
    }

    /// A dict's key as pydantic writes it into JSON.
    private var jsonKey: String {
        switch self {
        case .string(let text): text
        case .bool(let flag): flag ? "true" : "false"
        case .null: "None"
        case .tuple(let items): items.map(\.jsonKey).joined(separator: ",")
        case .dateTime(let moment): moment.isoFormat
        case .enumCase(let member): member.value.jsonKey
        default: pythonString
        }
    }

    /// The value as a prediction shows it outside of Python: like `json`, with whole predictions as objects and without
    /// content markers.
    public var plainJSON: JSON {
        switch self {
        case .prediction(let prediction): prediction.json
        case .list(let items), .tuple(let items), .set(let items), .frozenSet(let items):
            .array(items.map(\.plainJSON))
        case .dict(let members):
            .object(JSONObject(members.members.map { (key: $0.key.jsonKey, value: $0.value.plainJSON) }))
        case .record(let record):
            .object(JSONObject(record.fields.members.map { (key: $0.key.jsonKey, value: $0.value.plainJSON) }))
        case .enumCase(let member): member.value.plainJSON
        case .custom(.image(let url)): .string(url)
        case .custom(.history(let messages)): ["messages": .array(messages.map { Value.dict($0).plainJSON })]
        case .custom(.audio(let data, let format)): ["data": .string(data), "audio_format": .string(format)]
        case .custom(.file(let data, let id, let name)):
            ["file_data": .init(data), "file_id": .init(id), "filename": .init(name)]
        case .custom(.toolCalls(let calls)): calls.dumped.plainJSON
        case .float(let number) where !number.isFinite: .string(PythonText.repr(number))
        default: json
        }
    }
}

extension Value {
    /// As `plainJSON`, but the tool calls of a history keep the ids by which results find them: a conversation that is
    /// written down goes on in another run.
    var keptJSON: JSON {
        guard case .custom(.history(let turns)) = self else { return plainJSON }
        func kept(_ value: Value) -> JSON {
            if case .custom(.toolCalls(let calls)) = value { calls.plain.plainJSON } else { value.plainJSON }
        }
        return [
            "messages": .array(
                turns.map { turn in
                    .object(JSONObject(turn.members.map { (key: $0.key.jsonKey, value: kept($0.value)) }))
                })
        ]
    }
}

extension JSON {
    fileprivate init(_ text: String?) { self = text.map { .string($0) } ?? .null }
}
