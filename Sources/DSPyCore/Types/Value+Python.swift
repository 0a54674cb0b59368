import OrderedJSON

extension Value {
    /// Python's `repr(value)`.
    public var pythonRepr: String {
        var text = ""
        appendRepr(to: &text)
        return text
    }

    /// Python's `str(value)`.
    public var pythonString: String {
        switch self {
        case .string(let text), .decimal(let text), .uuid(let text), .path(let text): text
        case .date(let date): date.isoFormat
        case .dateTime(let moment): "\(moment.date.isoFormat) \(moment.time.isoFormat(utcAsZ: false))"
        case .time(let time): time.isoFormat(utcAsZ: false)
        case .duration(let duration): duration.pythonString
        case .enumCase(let member): "\(member.type).\(member.name)"
        case .record(let record): Self.fieldList(record.fields, separator: " ")
        case .custom(let custom): custom.pythonString
        default: pythonRepr
        }
    }

    /// Whether Python's `==` holds: numbers compare by value whatever their type, `True == 1`.
    public func equalsInPython(_ other: Value) -> Bool {
        if self == other { return true }
        switch (self, other) {
        case (.list(let a), .list(let b)), (.tuple(let a), .tuple(let b)):
            return a.count == b.count && zip(a, b).allSatisfy { $0.equalsInPython($1) }
        case (.dict(let a), .dict(let b)):
            return a.count == b.count && a.allSatisfy { key, value in b[key].map(value.equalsInPython) ?? false }
        case (.custom(.reasoning(let text)), .string(let other)), (.string(let other), .custom(.reasoning(let text))):
            return text.hasSameBytes(as: other)
        default:
            guard let left = numeric, let right = other.numeric else { return false }
            return left == right
        }
    }

    /// The value as a float when it is a bool, an int or a float.
    var numeric: Double? {
        switch self {
        case .bool(let flag): flag ? 1 : 0
        case .int(let value): Double(value)
        case .bigInt(let digits): Double(digits)
        case .float(let value): value
        default: nil
        }
    }

    private func appendRepr(to text: inout String) {
        switch self {
        case .null: text += "None"
        case .bool(let flag): text += flag ? "True" : "False"
        case .int(let value): text += String(value)
        case .bigInt(let digits): text += digits
        case .float(let value): text += PythonText.repr(value)
        case .complex(let real, let imaginary): text += Self.complexRepr(real, imaginary)
        case .string(let string): text += PythonText.repr(string)
        case .bytes(let bytes): text += Self.bytesRepr(bytes)
        case .list(let items): Self.append(items, between: "[", "]", to: &text)
        case .tuple(let items): Self.append(items, between: "(", items.count == 1 ? ",)" : ")", to: &text)
        case .set(let items):
            if items.isEmpty { text += "set()" } else { Self.append(items, between: "{", "}", to: &text) }
        case .frozenSet(let items):
            if items.isEmpty {
                text += "frozenset()"
            } else {
                Self.append(items, between: "frozenset({", "})", to: &text)
            }
        case .dict(let members):
            text += "{"
            for (place, member) in members.members.enumerated() {
                if place > 0 { text += ", " }
                member.key.appendRepr(to: &text)
                text += ": "
                member.value.appendRepr(to: &text)
            }
            text += "}"
        case .date(let date): text += "datetime.date(\(date.year), \(date.month), \(date.day))"
        case .dateTime(let moment):
            let date = moment.date
            text += "datetime.datetime(\(date.year), \(date.month), \(date.day), \(moment.time.reprArguments))"
        case .time(let time): text += "datetime.time(\(time.reprArguments))"
        case .duration(let duration): text += duration.pythonRepr
        case .decimal(let digits): text += "Decimal('\(digits)')"
        case .uuid(let digits): text += "UUID('\(digits)')"
        case .path(let path): text += "PosixPath(\(PythonText.repr(path)))"
        case .enumCase(let member): text += "<\(member.type).\(member.name): \(member.value.pythonRepr)>"
        case .record(let record): text += "\(record.type)(\(Self.fieldList(record.fields, separator: ", ")))"
        case .custom(let custom): text += custom.pythonRepr
        case .prediction(let prediction): text += prediction.pythonRepr
        }
    }

    private static func append(_ items: [Value], between open: String, _ close: String, to text: inout String) {
        text += open
        for (place, item) in items.enumerated() {
            if place > 0 { text += ", " }
            item.appendRepr(to: &text)
        }
        text += close
    }

    private static func fieldList(_ fields: ValueDict, separator: String) -> String {
        fields.members.map { "\($0.key.pythonString)=\($0.value.pythonRepr)" }.joined(separator: separator)
    }

    static func complexRepr(_ real: Double, _ imaginary: Double) -> String {
        func plain(_ number: Double) -> String {
            let text = PythonText.repr(number)
            return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
        }
        if real == 0, real.sign == .plus { return "\(plain(imaginary))j" }
        let sign = imaginary.sign == .minus || imaginary.isNaN ? "" : "+"
        return "(\(plain(real))\(sign)\(plain(imaginary))j)"
    }

    private static func bytesRepr(_ bytes: [UInt8]) -> String {
        let quote: UInt8 = bytes.contains(0x27) && !bytes.contains(0x22) ? 0x22 : 0x27
        var text = "b" + String(UnicodeScalar(quote))
        for byte in bytes {
            switch byte {
            case 0x5C: text += "\\\\"
            case quote: text += "\\" + String(UnicodeScalar(quote))
            case 0x0A: text += "\\n"
            case 0x0D: text += "\\r"
            case 0x09: text += "\\t"
            case 0x20..<0x7F: text += String(UnicodeScalar(byte))
            default: text += (byte < 16 ? "\\x0" : "\\x") + String(byte, radix: 16)
            }
        }
        return text + String(UnicodeScalar(quote))
    }
}
