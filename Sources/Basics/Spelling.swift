/// Finds the name that was probably meant.
package enum Spelling {
    /// The nearest of some names, if it is near enough: a third of the letters may differ, and a word of three letters or more
    /// may be cut short; case never counts.
    ///
    /// Of equally near names one that starts in the same case comes first, then the first of the alphabet.
    package static func closest(to name: String, among candidates: some Sequence<String>) -> String? {
        let letters = Array(name.lowercased().unicodeScalars)
        guard !letters.isEmpty else { return nil }
        var best: (name: String, distance: Int)?
        let isLower = name.first?.isLowercase
        let ordered = candidates.sorted { left, right in
            let (a, b) = (left.first?.isLowercase == isLower, right.first?.isLowercase == isLower)
            return a == b ? left < right : a
        }
        for candidate in ordered {
            let target = Array(candidate.lowercased().unicodeScalars)
            let limit = max(1, letters.count / 3)
            let bound = min(limit, (best?.distance ?? .max) - 1)
            var found = distance(letters, target, atMost: bound)
            // A word that was cut short is a good guess at any length.
            if found == nil, limit <= bound, letters.count >= 3, target.starts(with: letters) { found = limit }
            if let found { best = (candidate, found) }
        }
        return best?.name
    }

    /// A name that one slip makes of this one: a letter more, less, another, or two swapped; not another number, as in `text_1`
    /// and `text_2`, and not a word of three letters.
    package static func neighbour(of name: String, among candidates: some Sequence<String>) -> String? {
        let letters = Array(name.unicodeScalars)
        guard letters.count > 3 else { return nil }
        let isNumber = { (scalar: Unicode.Scalar) in scalar.properties.numericType != nil }
        return candidates.first { candidate in
            let other = Array(candidate.unicodeScalars)
            return other.count > 3 && distance(letters, other, atMost: 1) == 1
                && letters.filter(isNumber) == other.filter(isNumber)
        }
    }

    /// `; did you mean 'x'?`, or nothing when no candidate is near.
    package static func hint(for word: String, among candidates: some Sequence<String>) -> String {
        closest(to: word, among: candidates).map { "; did you mean '\($0)'?" } ?? ""
    }

    /// How many letters must be changed, added, dropped or swapped with their neighbour; nil when more than the bound.
    private static func distance(_ a: [Unicode.Scalar], _ b: [Unicode.Scalar], atMost bound: Int) -> Int? {
        guard bound >= 0, a.count < 200, b.count < 200, abs(a.count - b.count) <= bound else { return nil }
        var before: [Int] = []
        var last = Array(0...b.count)
        for i in a.indices {
            var row = [i + 1]
            row.reserveCapacity(b.count + 1)
            for j in b.indices {
                var least = min(last[j + 1] + 1, row[j] + 1, last[j] + (a[i] == b[j] ? 0 : 1))
                if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { least = min(least, before[j - 1] + 1) }
                row.append(least)
            }
            // No way to the end leads around two rows.
            if min(row.min() ?? 0, last.min() ?? 0) > bound { return nil }
            before = last
            last = row
        }
        return last[b.count] <= bound ? last[b.count] : nil
    }
}
