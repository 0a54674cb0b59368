extension RepairParser {
    /// Reads what follows a backslash that was just taken; false leaves the backslash as text.
    mutating func readEscape(_ next: Unicode.Scalar, _ string: inout RepairString) -> Bool {
        if string.isInLowQuote, next == "\"" {
            string.replaceBackslash(with: next.value)
            string.leaveLowQuote()
            index += 1
            return true
        }
        if next == "\\", readBackslashRun(&string) { return true }
        switch next {
        case "t", "n", "r", "b", "\\", string.innermostClosing:
            readSimpleEscape(next, &string)
            return true
        case "u": return readHexEscape(digits: 4, &string)
        case "x": return readHexEscape(digits: 2, &string)
        case "„":
            break
        default:
            guard next.isQuote else { return false }
        }
        string.replaceBackslash(with: next.value)
        index += 1
        return true
    }

    /// An even run of backslashes means half as many, unless it may stand before a quote inside the text.
    private mutating func readBackslashRun(_ string: inout RepairString) -> Bool {
        var end = index + 1
        while end < text.count, text[end] == "\\" { end += 1 }
        let length = end - index + 1
        guard length.isMultiple(of: 2) else { return false }
        let after = character(pastSpace(end - index + 1))
        guard character(end - index) != string.innermostClosing || after == nil || after.isOne(of: ",:}]") else {
            return false
        }
        string.replaceBackslash(with: 0x5C, count: length / 2)
        index = end
        return true
    }

    private mutating func readSimpleEscape(_ next: Unicode.Scalar, _ string: inout RepairString) {
        let meaning: Unicode.Scalar =
            switch next {
            case "t": "\t"
            case "n": "\n"
            case "r": "\r"
            case "b": "\u{8}"
            default: next
            }
        string.replaceBackslash(with: meaning.value)
        index += 1
        while string.endsInBackslash, let following = character(),
            following == string.innermostClosing || following == "\\"
        {
            string.replaceBackslash(with: following.value)
            index += 1
        }
    }

    private mutating func readHexEscape(digits: Int, _ string: inout RepairString) -> Bool {
        let spelling = slice(index + 1, index + 1 + digits)
        guard spelling.count == digits else { return false }
        var unit: UInt32 = 0
        for digit in spelling {
            guard digit.isASCII, let value = UInt8(digit.value).hexDigitValue else { return false }
            unit = unit << 4 | UInt32(value)
        }
        string.replaceBackslash(with: unit)
        index += 1 + digits
        return true
    }
}
