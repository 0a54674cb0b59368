import OrderedJSON

/// Fits a value to a type by pydantic's lax rules: `"42"` is an int, `1` a bool, a list a set.
///
/// - Source: pydantic 2.14, `TypeAdapter(T).validate_python(value)`.
struct Validator {
    /// How little a value had to be changed; unions prefer the alternative that changed it least.
    enum Exactness: Int, Comparable {
        case lax, strict, exact
        static func < (left: Exactness, right: Exactness) -> Bool { left.rawValue < right.rawValue }
    }

    private var exactness = Exactness.exact
    /// How many fields of records were given; nil when there was no record.
    private var fieldsSet: Int?

    /// The value fitted to the type.
    static func validate(_ value: Value, as type: FieldType) throws(ValidationError) -> Value {
        var validator = Validator()
        return try validator.fit(value, type)
    }

    mutating func lower(to floor: Exactness) { exactness = min(exactness, floor) }

    mutating func fit(_ value: Value, _ type: FieldType) throws(ValidationError) -> Value {
        switch type {
        case .any:
            // Better than a conversion, not as good as an exact match.
            lower(to: .strict)
            return value
        case .none:
            guard value.isNull else { throw expected("None", value) }
            return .null
        case .string: return try string(value)
        case .integer: return try integer(value)
        case .float: return try float(value)
        case .boolean: return try boolean(value)
        case .complex: return try complex(value)
        case .bytes: return try bytes(value)
        case .date, .dateTime, .time, .duration: return try temporal(value, type)
        case .decimal: return try decimal(value)
        case .uuid: return try uuid(value)
        case .path: return try path(value)
        case .list(let name, let element): return try list(value, name, element)
        case .set(let isFrozen, let element): return try set(value, isFrozen, element)
        case .tuple(let shape): return try tuple(value, shape)
        case .dict(_, let shape): return try dict(value, shape)
        case .literal(let values): return try literal(value, values)
        case .union(let alternatives): return try union(value, alternatives)
        case .enumeration(let type): return try enumeration(value, type)
        case .record(let type): return try record(value, type)
        case .custom(let type): return try custom(value, type)
        }
    }

    func expected(_ what: String, _ value: Value) -> ValidationError {
        let shown = value.pythonRepr
        let short = shown.unicodeScalars.count > 80 ? String(shown.unicodeScalars.prefix(77)) + "…" : shown
        return ValidationError("expected \(what), found \(short)")
    }

    // MARK: Scalars

    private mutating func string(_ value: Value) throws(ValidationError) -> Value {
        switch value {
        case .string: return value
        case .bytes(let bytes):
            guard let text = String(validating: bytes, as: UTF8.self) else { throw expected("a str", value) }
            lower(to: .lax)
            return .string(text)
        case .custom(.reasoning), .enumCase: throw expected("a str", value)
        default: throw expected("a str", value)
        }
    }

    private mutating func integer(_ value: Value) throws(ValidationError) -> Value {
        switch value {
        case .int, .bigInt: return value
        case .bool(let flag):
            lower(to: .lax)
            return .int(flag ? 1 : 0)
        case .float(let number):
            guard let whole = LaxNumbers.integer(number) else { throw expected("an int", value) }
            lower(to: .lax)
            return .int(whole)
        case .string(let text):
            guard let number = LaxNumbers.integer(text) else { throw expected("an int", value) }
            lower(to: .lax)
            return number
        default: throw expected("an int", value)
        }
    }

    private mutating func float(_ value: Value) throws(ValidationError) -> Value {
        switch value {
        case .float: return value
        case .int(let number):
            lower(to: .strict)
            return .float(Double(number))
        case .bigInt(let digits):
            guard let number = Double(digits), number.isFinite else { throw expected("a float", value) }
            lower(to: .strict)
            return .float(number)
        case .bool(let flag):
            lower(to: .lax)
            return .float(flag ? 1 : 0)
        case .string(let text):
            guard let number = LaxNumbers.float(text) else { throw expected("a float", value) }
            lower(to: .lax)
            return .float(number)
        default: throw expected("a float", value)
        }
    }

    private mutating func boolean(_ value: Value) throws(ValidationError) -> Value {
        let flag: Bool?
        switch value {
        case .bool: return value
        case .int(let number): flag = number == 1 ? true : number == 0 ? false : nil
        case .float(let number): flag = number == 1 ? true : number == 0 ? false : nil
        case .string(let text): flag = LaxNumbers.boolean(text)
        default: flag = nil
        }
        guard let flag else { throw expected("a bool", value) }
        lower(to: .lax)
        return .bool(flag)
    }

    private mutating func complex(_ value: Value) throws(ValidationError) -> Value {
        switch value {
        case .complex: return value
        case .string(let text):
            guard let (real, imaginary) = LaxNumbers.complex(text) else { throw expected("a complex number", value) }
            lower(to: .lax)
            return .complex(real: real, imaginary: imaginary)
        default:
            guard let number = value.numeric else { throw expected("a complex number", value) }
            lower(to: .lax)
            return .complex(real: number, imaginary: 0)
        }
    }

    private mutating func bytes(_ value: Value) throws(ValidationError) -> Value {
        switch value {
        case .bytes: return value
        case .string(let text):
            lower(to: .lax)
            return .bytes(Array(text.utf8))
        default: throw expected("bytes", value)
        }
    }

    private mutating func temporal(_ value: Value, _ type: FieldType) throws(ValidationError) -> Value {
        switch (type, value) {
        case (.date, .date), (.dateTime, .dateTime), (.time, .time), (.duration, .duration): return value
        default: break
        }
        guard let fitted = LaxDates.fit(value, type) else { throw expected("a \(type.name)", value) }
        lower(to: .lax)
        return fitted
    }

    private mutating func decimal(_ value: Value) throws(ValidationError) -> Value {
        let text: String
        switch value {
        case .decimal: return value
        case .int(let number): text = String(number)
        case .bigInt(let digits): text = digits
        case .float(let number) where number.isFinite: text = PythonText.repr(number)
        case .string(let string): text = string
        default: throw expected("a Decimal", value)
        }
        guard let digits = LaxNumbers.decimal(text) else { throw expected("a Decimal", value) }
        lower(to: .lax)
        return .decimal(digits)
    }

    private mutating func uuid(_ value: Value) throws(ValidationError) -> Value {
        switch value {
        case .uuid: return value
        case .string(let text):
            guard let digits = LaxNumbers.uuid(text) else { throw expected("a UUID", value) }
            lower(to: .lax)
            return .uuid(digits)
        default: throw expected("a UUID", value)
        }
    }

    private mutating func path(_ value: Value) throws(ValidationError) -> Value {
        switch value {
        case .path: return value
        case .string(let text):
            lower(to: .lax)
            return .path(LaxNumbers.posixPath(text))
        default: throw expected("a path", value)
        }
    }

    // MARK: Choices

    private mutating func literal(_ value: Value, _ values: [Value]) throws(ValidationError) -> Value {
        if let same = values.first(where: { $0 == value }) { return same }
        // pydantic looks into a dict of the values, where the last of equal ones won.
        guard let equal = values.last(where: { $0.equalsInPython(value) }) else {
            throw expected("one of \(values.map(\.pythonRepr).joined(separator: ", "))", value)
        }
        return equal
    }

    private mutating func enumeration(_ value: Value, _ type: EnumType) throws(ValidationError) -> Value {
        if case .enumCase(let member) = value, member.type == type.name { return value }
        guard
            let member = type.members.first(where: { $0.value == value })
                ?? type.members.first(where: { $0.value.equalsInPython(value) })
        else {
            throw expected("one of \(type.members.map(\.value.pythonRepr).joined(separator: ", "))", value)
        }
        lower(to: .lax)
        return type.value(of: member)
    }

    /// pydantic's smart mode: the alternative that took the most fields of records, then the one that changed least.
    private mutating func union(_ value: Value, _ alternatives: [FieldType]) throws(ValidationError) -> Value {
        if value.isNull, alternatives.contains(.none) { return .null }
        var best: (value: Value, exactness: Exactness, fields: Int?)?
        var failure: ValidationError?
        for alternative in alternatives where alternative != .none {
            var attempt = Validator()
            do throws(ValidationError) {
                let fitted = try attempt.fit(value, alternative)
                if attempt.exactness == .exact, attempt.fieldsSet == nil {
                    best = (fitted, .exact, nil)
                    break
                }
                let isBetter =
                    best.map { current in
                        if let old = current.fields, let new = attempt.fieldsSet, old != new { return old < new }
                        return current.exactness < attempt.exactness
                    } ?? true
                if isBetter { best = (fitted, attempt.exactness, attempt.fieldsSet) }
            } catch {
                failure = failure ?? error
            }
        }
        guard let best else { throw failure ?? expected(FieldType.union(alternatives).name, value) }
        lower(to: best.exactness)
        if let fields = best.fields { fieldsSet = (fieldsSet ?? 0) + fields }
        return best.value
    }

    // MARK: Records and DSPy's own types

    private mutating func record(_ value: Value, _ type: RecordType) throws(ValidationError) -> Value {
        if case .record(let record) = value, record.type == type.name { return value }
        guard case .dict(let given) = value else { throw expected("an object of type \(type.name)", value) }
        lower(to: .strict)
        var fields = ValueDict()
        var count = 0
        for field in type.fields {
            guard let item = given[field.name] else {
                guard let fallback = field.defaultValue else {
                    throw ValidationError("field required", path: [field.name])
                }
                fields[field.name] = fallback
                continue
            }
            do throws(ValidationError) {
                let fitted = try fit(item, field.type)
                try ConstraintCheck.check(fitted, field.constraints)
                fields[field.name] = fitted
                count += 1
            } catch { throw error.inside(field.name) }
        }
        fieldsSet = (fieldsSet ?? 0) + count
        return .record(Record(type: type.name, fields: fields))
    }

    private mutating func custom(_ value: Value, _ type: CustomType) throws(ValidationError) -> Value {
        guard let custom = CustomValue(reading: value, as: type) else {
            throw expected("a dspy.\(type.className)", value)
        }
        if case .custom = value { return value }
        lower(to: .lax)
        return .custom(custom)
    }
}
