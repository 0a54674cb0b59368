/// Shows where two texts differ, line by line.
public enum LineDiff {
    /// The first differing lines, `-` expected and `+` found, with the line before them; empty when the texts are equal.
    public static func describe(expected: String, found: String, limit: Int = 6) -> String {
        let left = expected.split(separator: "\n", omittingEmptySubsequences: false)
        let right = found.split(separator: "\n", omittingEmptySubsequences: false)
        var lines: [String] = []
        var place = 0
        while place < max(left.count, right.count), lines.count < limit {
            let (a, b) = (place < left.count ? left[place] : nil, place < right.count ? right[place] : nil)
            if a.map({ Array($0.utf8) }) != b.map({ Array($0.utf8) }) {
                if place > 0, lines.isEmpty, place - 1 < left.count { lines.append("  \(left[place - 1])") }
                if let a { lines.append("- \(a)") }
                if let b { lines.append("+ \(b)") }
            }
            place += 1
        }
        return lines.joined(separator: "\n")
    }
}
