extension RepairParser {
    /// Decides whether a quote inside a string ends it.
    mutating func atQuote(_ string: inout RepairString) -> StringStep {
        if string.isDoubled, character(1) == string.closing {
            index += 1
            return .handled
        }
        if string.isBare, context.current == .value { return atQuoteInBareValue(string) }
        if string.hasOpenInnerQuote {
            string.hasOpenInnerQuote = false
            return keep(&string)
        }
        let offset = nextQuoteOrEnd(string)
        let next = character(offset)
        if next == ",", context.current == .value {
            let quote = find(string.closing, from: offset + 1)
            return character(pastSpace(quote + 1)).isOne(of: "},") ? keep(&string) : .pass
        }
        guard next == string.closing, character(offset - 1) != "\\" else { return .pass }
        let isMember = context.current == .value && quotedMemberFollows(offset)
        if isSpaceOnly(until: offset), !isMember { return .stop }
        switch context.current {
        case .value: return isMember ? keep(&string) : atQuotePairInValue(&string, second: offset)
        case .array: return atQuotePairInArray(&string, second: offset)
        case .key: return keep(&string)
        case nil: return .pass
        }
    }

    /// In a value that began without a quote, a quote may begin the next key.
    private mutating func atQuoteInBareValue(_ string: RepairString) -> StringStep {
        var offset = 1
        while let next = character(offset), next != string.closing, next != string.opening { offset += 1 }
        guard character(offset) != nil, character(pastSpace(offset + 1)) == ":" else { return .pass }
        index -= 1
        return .stop
    }

    /// The next quote, or a character that would end what the string stands in.
    private func nextQuoteOrEnd(_ string: RepairString) -> Int {
        var offset = 1
        var seesOnlyMarks = true
        while let next = character(offset), next != string.closing, next != string.opening {
            if seesOnlyMarks, next.isPythonLetter { seesOnlyMarks = false }
            switch next {
            case ":" where context.isInKey: return offset
            case "}" where context.isInKey || context.isInValue: return offset
            case "]" where context.isInArray: return offset
            case "," where context.isInArray: return offset
            case "," where seesOnlyMarks && context.current == .value: return offset
            default: offset += 1
            }
        }
        return offset
    }

    /// Two quotes in a member's value: text, unless a key and a colon come next.
    private mutating func atQuotePairInValue(_ string: inout RepairString, second: Int) -> StringStep {
        var offset = find(string.closing, from: second + 1) + 1
        while let next = character(offset), next != ":" {
            if Optional(next).isOne(of: ",]}") || (next == string.closing && character(offset - 1) != "\\") { break }
            offset += 1
        }
        if character(offset) == ":" { return .pass }
        string.hasOpenInnerQuote.toggle()
        return keep(&string)
    }

    /// Two quotes in an item: text when the quotes up to the bracket pair up.
    private mutating func atQuotePairInArray(_ string: inout RepairString, second: Int) -> StringStep {
        let closing = string.closing
        var offset = second
        var isEven = true
        while character(offset) == closing {
            offset = find(from: offset + 1) { $0 == closing || $0 == "]" }
            guard character(offset) == closing else {
                isEven = false
                break
            }
            offset = find(from: offset + 1) { $0 == closing || $0 == "]" }
        }
        guard isEven else { return .stop }
        string.hasOpenInnerQuote.toggle()
        return keep(&string)
    }

    /// Whether a brace in a member's value closes the object because the string's own end is missing.
    mutating func closesObject(_ string: inout RepairString) -> Bool {
        let isEscape = character(1) == "\\"
        let quote = searchAhead(&string, targets: String(string.closing), from: 1)
        guard character(quote) != nil else {
            if character(find(":", from: 1)) != nil { return true }
            let start = pastSpace(1)
            return find("}", from: start) - start <= 1 && !isEscape
        }
        let behind = pastSpace(quote + 1)
        guard let next = character(behind), next != ",", next != "}" else { return false }
        let key = find(string.opening, from: behind)
        guard character(key) != nil else { return false }
        let separator = character(pastSpace(key + 1))
        return (separator == nil || separator == ":") && !isEscape
    }
}
