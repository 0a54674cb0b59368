/// Finds the name that was probably meant.
package enum Spelling {
    /// The nearest of some names, if it is near enough: a third of the letters may differ.
    ///
    /// Case decides only between names that are equally near without it.
    package static func closest(to name: String, among candidates: some Sequence<String>) -> String? {
        let limit = max(1, name.unicodeScalars.count / 3)
        var best: (name: String, distances: (Int, Int))?
        for candidate in candidates.sorted() {
            let distances = (distance(name.lowercased(), candidate.lowercased()), distance(name, candidate))
            if distances.0 <= limit, best.map({ distances < $0.distances }) ?? true { best = (candidate, distances) }
        }
        return best?.name
    }

    /// How many letters must be changed, added, dropped or swapped with their neighbour.
    static func distance(_ left: String, _ right: String) -> Int {
        let (a, b) = (Array(left.unicodeScalars), Array(right.unicodeScalars))
        guard a.count < 200, b.count < 200 else { return .max }
        var rows = [Array(0...b.count)]
        for i in a.indices {
            var row = [i + 1]
            for j in b.indices {
                var least = min(rows[i][j + 1] + 1, row[j] + 1, rows[i][j] + (a[i] == b[j] ? 0 : 1))
                if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { least = min(least, rows[i - 1][j - 1] + 1) }
                row.append(least)
            }
            rows.append(row)
        }
        return rows[a.count][b.count]
    }
}
