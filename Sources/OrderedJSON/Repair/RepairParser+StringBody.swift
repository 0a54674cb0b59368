extension RepairParser {
    /// What a rule says about the character at the cursor.
    enum StringStep {
        /// The string ends before it.
        case stop
        /// A rule has dealt with it.
        case handled
        /// No rule applies.
        case pass
    }

    /// Reads up to the quote that ends the string, or to where a lost quote must have been.
    mutating func readBody(_ string: inout RepairString) -> Unicode.Scalar? {
        while let next = character(), next != string.closing || string.isInLowQuote {
            switch before(next, &string) {
            case .stop: return character()
            case .handled: continue
            case .pass: break
            }
            string.append(next.value)
            index += 1
            guard let following = character() else { return nil }
            if string.endsInBackslash, readEscape(following, &string) { continue }
            switch after(following, &string) {
            case .stop: return character()
            case .handled, .pass: continue
            }
        }
        return character()
    }

    /// Appends the character at the cursor.
    mutating func keep(_ string: inout RepairString) -> StringStep {
        if let character = character() { string.append(character.value) }
        index += 1
        return .handled
    }

    /// The rules for a character before it is taken.
    private mutating func before(_ next: Unicode.Scalar, _ string: inout RepairString) -> StringStep {
        if string.isBare {
            if context.current == .key, next == ":" || next.isPythonSpace { return .stop }
            if context.current == .array, next == "]" || next == "," { return .stop }
        }
        switch next {
        case "„" where !string.endsInBackslash:
            string.enterLowQuote()
            return keep(&string)
        case "”" where string.isInLowQuote:
            string.leaveLowQuote()
            return keep(&string)
        case "{", "[", "(":
            if takeContainer(next, &string) { return .handled }
        case "," where context.current == .value && !string.expectsContainer && string.containers.isEmpty:
            return atComma(&string)
        default: break
        }
        if closesContainer(next, &string) { return keep(&string) }
        if next == "}", context.current == .value { return atBrace(&string) }
        if next == "]", context.isInArray, string.content.last != string.closing.value,
            character(find(string.closing)) == nil
        {
            return .stop
        }
        return .pass
    }

    /// A balanced container that belongs to the text is taken whole.
    private mutating func takeContainer(_ next: Unicode.Scalar, _ string: inout RepairString) -> Bool {
        let beginsMembers =
            context.current == .value && next == "{" && character(-1) != "\\" && isBareKey(at: pastSpace(1))
        guard string.expectsContainer || beginsMembers, !string.endsInBackslash, let end = pastContainer(0) else {
            return false
        }
        string.expectsContainer = false
        string.containers.removeAll()
        for character in slice(index, index + end) { string.append(character.value) }
        index += end
        return true
    }

    /// Follows the brackets of a container inside the text; true for one that closes it.
    private func closesContainer(_ next: Unicode.Scalar, _ string: inout RepairString) -> Bool {
        if next == "{" || next == "[" {
            if string.expectsContainer {
                string.containers.append(next)
                string.expectsContainer = false
                return false
            }
            if !string.containers.isEmpty { string.containers.append(next) }
        }
        guard let open = string.containers.last,
            (open == "{" && next == "}") || (open == "[" && next == "]")
        else { return false }
        string.containers.removeLast()
        return true
    }

    private mutating func atComma(_ string: inout RepairString) -> StringStep {
        let meaning = string.nothingAhead ? .text : commaMeaning(&string)
        if meaning == .member { return .stop }
        if meaning == .lastText { string.nothingAhead = true }
        string.expectsContainer = meaning == .container
        return keep(&string)
    }

    private mutating func atBrace(_ string: inout RepairString) -> StringStep {
        if string.content.last != string.closing.value {
            if string.openBraces > 0 { return keep(&string) }
            if closesObject(&string) { return .stop }
        }
        let offset = pastSpace(1)
        if character(offset) == "`", character(offset + 1) == "`", character(offset + 2) == "`" {
            return fenceBelongs(at: offset, &string) ? keep(&string) : .stop
        }
        return character(offset) == nil ? .stop : .pass
    }

    /// The rules for the character behind one that was taken.
    private mutating func after(_ next: Unicode.Scalar, _ string: inout RepairString) -> StringStep {
        if next == ":", !string.isBare, context.current == .key, endsKey(string) { return .stop }
        if next == "\"", string.isInLowQuote {
            string.leaveLowQuote()
            return keep(&string)
        }
        guard next == string.closing else { return .pass }
        if context.current == .value, string.isInCompactClass, character(find("]", from: 1)) == "]" {
            return keep(&string)
        }
        guard !string.content.isEmpty, !string.endsInBackslash else { return .pass }
        return atQuote(&string)
    }

    /// Whether a colon shows that a key's closing quote is missing.
    private func endsKey(_ string: RepairString) -> Bool {
        let opening = find(string.opening, from: 1)
        guard character(opening) != nil else { return true }
        let closing = find(string.closing, from: opening + 1)
        guard character(closing) != nil else { return false }
        return character(pastSpace(closing + 1)).isOne(of: ",}")
    }
}
