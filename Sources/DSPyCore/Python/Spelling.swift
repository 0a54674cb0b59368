/// Finds the name that was probably meant.
package enum Spelling {
    /// The nearest of some names, if it is near enough: a third of the letters may differ; case never counts.
    ///
    /// Of equally near names one that starts in the same case comes first.
    package static func closest(to name: String, among candidates: some Sequence<String>) -> String? {
        let letters = Array(name.lowercased().unicodeScalars)
        let limit = max(1, name.unicodeScalars.count / 3)
        var best: (name: String, distance: Int)?
        let isLower = name.first?.isLowercase
        let ordered = candidates.sorted { left, right in
            let (a, b) = (left.first?.isLowercase == isLower, right.first?.isLowercase == isLower)
            return a == b ? left < right : a
        }
        for candidate in ordered {
            let bound = min(limit, (best?.distance ?? .max) - 1)
            if let distance = distance(letters, Array(candidate.lowercased().unicodeScalars), atMost: bound) {
                best = (candidate, distance)
            }
        }
        return best?.name
    }

    /// How many letters must be changed, added, dropped or swapped with their neighbour; nil when more than the bound.
    private static func distance(_ a: [Unicode.Scalar], _ b: [Unicode.Scalar], atMost bound: Int) -> Int? {
        guard a.count < 200, b.count < 200, abs(a.count - b.count) <= bound else { return nil }
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
