/// Values that must not show up in any message, even when a server echoes them back.
package struct Secrets: Sendable, CustomStringConvertible {
    private let values: [String]

    /// Secrets; texts too short to be one are not looked for.
    package init(_ values: [String] = []) {
        self.values = values.filter { $0.utf8.count >= 6 }.sorted { $0.utf8.count > $1.utf8.count }
    }

    /// The text with every secret replaced.
    package func redacted(_ text: String) -> String {
        var rest = text[...]
        var clean = ""
        while let (start, length) = firstSecret(in: rest) {
            clean += rest[..<start] + "[redacted]"
            rest = rest[rest.utf8.index(start, offsetBy: length)...]
        }
        return clean + rest
    }

    private func firstSecret(in text: Substring) -> (start: String.Index, length: Int)? {
        var found: (start: String.Index, length: Int)?
        for value in values {
            guard let start = text.start(of: value) else { continue }
            if let best = found, best.start <= start { continue }
            found = (start, value.utf8.count)
        }
        return found
    }

    /// How many there are, never what they are.
    package var description: String { "\(values.count) secrets" }
}

extension String {
    /// The text on one line and not longer than a number of characters.
    func shortened(to limit: Int) -> String {
        let line = split(whereSeparator: \.isWhitespace).joined(separator: " ")
        return line.count <= limit ? line : line.prefix(limit) + "…"
    }
}
