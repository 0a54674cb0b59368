extension RepairParser {
    /// What a comma inside a member's value is.
    enum CommaMeaning {
        case member, container, text
        /// Text, and so is every comma after it.
        case lastText
    }

    /// Decides whether a comma ends a value whose closing quote is missing.
    func commaMeaning(_ string: inout RepairString) -> CommaMeaning {
        let offset = pastSpace(1)
        guard let next = character(offset), next != "}" else { return .member }
        if next.isQuote {
            let end = find(next, from: offset + 1)
            return character(end) != nil && character(pastSpace(end + 1)) == ":" ? .member : .text
        }
        if next == "`" {
            return character(pastSpace(pastBareKey(offset + 1))) == ":" ? .member : .text
        }
        if next.isPythonAlphanumeric || next == "_" {
            let colon = pastSpace(pastBareKey(offset))
            if character(colon) == ":", hasRecoverableValue(colon + 1, &string) { return .member }
        }
        if next == "{" || next == "[" { return .container }
        let special = searchAhead(&string, targets: "\"'“”{[", from: offset)
        guard let mark = character(special) else { return .lastText }
        if mark == "{" || mark == "[" { return .text }
        let end = searchAhead(&string, targets: String(mark), from: special + 1)
        return character(end) != nil && character(pastSpace(end + 1)) == ":" ? .member : .text
    }

    /// Whether what stands behind a bare key and its colon can be told from prose.
    private func hasRecoverableValue(_ offset: Int, _ string: inout RepairString) -> Bool {
        let start = pastSpace(offset)
        if let first = character(start), first.isQuote || Optional(first).isOne(of: "{[-") || first.isPythonDigit {
            return true
        }
        for word in ["true", "false", "null"]
        where slice(index + start, index + start + word.utf8.count).elementsEqual(word.unicodeScalars) {
            let next = character(start + word.utf8.count)
            if next == nil || next.isSpace || next.isOne(of: ",}]") { return true }
        }
        return character(searchAhead(&string, targets: "\"'“”}", from: start)) == "}"
    }

    /// A search that remembers, per string, what it found.
    ///
    /// Python's `json_repair` remembers in the same way, and an answer remembered from before a backslash can differ
    /// from a fresh one; so this is more than a shortcut.
    func searchAhead(_ string: inout RepairString, targets: String, from offset: Int) -> Int {
        let start = index + offset
        if let known = string.searches[targets] {
            guard let match = known.match else {
                if start >= known.start { return text.count - index }
                return freshSearch(&string, targets: targets, from: offset)
            }
            if (known.start...match).contains(start) { return match - index }
        }
        return freshSearch(&string, targets: targets, from: offset)
    }

    private func freshSearch(_ string: inout RepairString, targets: String, from offset: Int) -> Int {
        let set = Array(targets.unicodeScalars)
        let found = find(from: offset) { set.contains($0) }
        let match = index + found
        if character(found) == nil {
            string.searches[targets] = (index + offset, nil)
        } else if match == 0 || text[match - 1] != "\\" {
            string.searches[targets] = (index + offset, match)
        }
        return found
    }

    private func pastBareKey(_ offset: Int) -> Int {
        var offset = offset
        while character(offset)?.continuesBareKey ?? false { offset += 1 }
        return offset
    }

    /// Whether a word and a colon stand here.
    func isBareKey(at offset: Int) -> Bool {
        guard let first = character(offset), first.isPythonAlphanumeric || first == "_" else { return false }
        return character(pastSpace(pastBareKey(offset))) == ":"
    }

    /// Whether a comma and another member stand behind a quote.
    func quotedMemberFollows(_ quote: Int) -> Bool {
        let comma = pastSpace(quote + 1)
        return character(comma) == "," && isMember(at: pastSpaceAndComments(comma + 1))
    }

    private func isMember(at offset: Int) -> Bool {
        guard let next = character(offset), next != "}" else { return false }
        guard next.isQuote else { return isBareKey(at: offset) }
        let closing: Unicode.Scalar = next == "“" ? "”" : next
        let end = find(closing, from: offset + 1)
        return character(end) == closing && character(pastSpace(end + 1)) == ":"
    }

    private func pastSpaceAndComments(_ offset: Int) -> Int {
        var offset = pastSpace(offset)
        while let next = character(offset) {
            if next == "#" || (next == "/" && character(offset + 1) == "/") {
                offset += next == "#" ? 1 : 2
                while let rest = character(offset), rest != "\n", rest != "\r" { offset += 1 }
            } else if next == "/", character(offset + 1) == "*" {
                offset += 2
                while !(character(offset) == "*" && character(offset + 1) == "/") {
                    guard character(offset) != nil else { return offset }
                    offset += 1
                }
                offset += 2
            } else {
                return offset
            }
            offset = pastSpace(offset)
        }
        return offset
    }

    /// Whether a brace before a code fence is text, because the string goes on behind the fence.
    func fenceBelongs(at fence: Int, _ string: inout RepairString) -> Bool {
        var start = fence + 3
        var keepsContainer = false
        let content = pastSpaceAndComments(start)
        if character(content).isOne(of: "{[("), let end = pastContainer(content) {
            if endsMember(behind: end) { return false }
            keepsContainer = true
            start = end
        }
        var quote = find(string.closing, from: start)
        while character(quote) == string.closing {
            let after = character(pastSpace(quote + 1))
            if after == nil || after.isOne(of: ",}]") {
                if keepsContainer { string.expectsContainer = true }
                return true
            }
            quote = find(string.closing, from: quote + 1)
        }
        return false
    }

    private func endsMember(behind container: Int) -> Bool {
        let after = pastSpace(container)
        guard let next = character(after), next != "}" else { return true }
        guard next == "," else { return false }
        let member = pastSpaceAndComments(after + 1)
        return character(member) == nil || character(member) == "}" || isMember(at: member)
    }
}
