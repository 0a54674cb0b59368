extension StringProtocol {
    /// Where the first occurrence of a text starts, compared by bytes; nil when there is none.
    @inlinable
    package func start(of text: some StringProtocol) -> Index? {
        var place = utf8.startIndex
        while place != utf8.endIndex {
            if utf8[place...].starts(with: text.utf8) { return place }
            place = utf8.index(after: place)
        }
        return text.isEmpty ? startIndex : nil
    }

    /// The text without white space and line breaks at both ends.
    @inlinable
    package var trimmed: SubSequence {
        var rest = self[...]
        while let first = rest.first, first.isWhitespace { rest = rest.dropFirst() }
        while let last = rest.last, last.isWhitespace { rest = rest.dropLast() }
        return rest
    }
}

extension String {
    /// The index behind the first occurrence of an ASCII text, or nil.
    @inlinable
    package func range(after text: String) -> String.Index? {
        let pattern = Array(text.utf8)
        var start = utf8.startIndex
        while start != utf8.endIndex {
            if utf8[start...].starts(with: pattern) { return utf8.index(start, offsetBy: pattern.count) }
            start = utf8.index(after: start)
        }
        return nil
    }

    /// The text on one line and not longer than a number of characters.
    @inlinable
    package func shortened(to limit: Int) -> String {
        let line = split(whereSeparator: \.isWhitespace).joined(separator: " ")
        return line.count <= limit ? line : line.prefix(limit) + "…"
    }
}
