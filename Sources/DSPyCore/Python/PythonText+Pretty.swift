import OrderedJSON

extension PythonText {
    /// Python's `pprint.pformat(value, width=width, sort_dicts=False)` of plain data.
    static func pformat(_ value: Value, width: Int) -> String {
        var text = ""
        append(value, to: &text, indent: 0, allowance: 0, width: width)
        return text
    }

    private static func append(_ value: Value, to text: inout String, indent: Int, allowance: Int, width: Int) {
        let line = value.pythonRepr
        guard line.unicodeScalars.count > width - indent - allowance else {
            text += line
            return
        }
        switch value {
        case .dict(let members) where !members.isEmpty:
            text += "{"
            for (place, (key, member)) in members.members.enumerated() {
                let isLast = place == members.count - 1
                let name = key.pythonRepr + ": "
                text += name
                append(
                    member, to: &text, indent: indent + 1 + name.unicodeScalars.count,
                    allowance: isLast ? allowance + 1 : 1, width: width)
                if !isLast { text += ",\n" + String(repeating: " ", count: indent + 1) }
            }
            text += "}"
        case .list(let items) where !items.isEmpty:
            text += "["
            for (place, item) in items.enumerated() {
                let isLast = place == items.count - 1
                append(
                    item, to: &text, indent: indent + 1, allowance: isLast ? allowance + 1 : 1, width: width)
                if !isLast { text += ",\n" + String(repeating: " ", count: indent + 1) }
            }
            text += "]"
        default: text += line
        }
    }
}
