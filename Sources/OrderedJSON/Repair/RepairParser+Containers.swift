extension RepairParser {
    /// The offset behind the bracket that closes the one here; nil when it never closes.
    func pastContainer(_ offset: Int) -> Int? {
        guard let first = character(offset).flatMap(Self.closing) else { return offset }
        var open = [first]
        var place = offset + 1
        while let next = character(place) {
            if next.isQuote {
                let closing: Unicode.Scalar = next == "“" ? "”" : next
                place = find(closing, from: place + 1)
                guard character(place) == closing else { return nil }
            } else if let closing = Self.closing(next), beginsContainer(at: place) {
                open.append(closing)
            } else if next == open.last {
                open.removeLast()
                if open.isEmpty { return place + 1 }
            }
            place += 1
        }
        return nil
    }

    /// Whether a bracket stands where a value may: behind a bracket, or behind a comma or colon and before a value.
    private func beginsContainer(at offset: Int) -> Bool {
        var before = offset - 1
        while before >= 0, character(before).isSpace { before -= 1 }
        guard before >= 0, let previous = character(before) else { return true }
        if Self.closing(previous) != nil { return true }
        guard previous == "," || previous == ":" else { return false }
        let start = pastSpace(offset + 1)
        let next = character(start)
        guard character(offset) == "{" else {
            return next.isQuote || next.isOne(of: "])-[{(tfn") || next?.isPythonDigit ?? false
        }
        return next == "}" || next.isQuote || (previous == ":" && isBareKey(at: start))
    }

    private static func closing(_ opening: Unicode.Scalar) -> Unicode.Scalar? {
        switch opening {
        case "[": "]"
        case "{": "}"
        case "(": ")"
        default: nil
        }
    }
}
