/// Finds what somebody meant to type.
package enum Suggestion {
    /// The candidate nearest to a word, or nil when none is near enough to be meant.
    ///
    /// Upper and lower case count as the same. Of equally near candidates the first wins.
    package static func closest(to word: String, among candidates: some Sequence<String>) -> String? {
        let typed = Array(word.lowercased().unicodeScalars)
        guard !typed.isEmpty else { return nil }
        var best: (candidate: String, distance: Int)?
        for candidate in candidates {
            let target = Array(candidate.lowercased().unicodeScalars)
            let limit = max(1, min(3, max(typed.count, target.count) / 3))
            var distance = distance(from: typed, to: target)
            // A word that was cut short is a good guess at any length.
            if distance > limit, typed.count >= 3, target.starts(with: typed) { distance = limit }
            guard distance <= limit, distance < max(typed.count, target.count) else { continue }
            if best.map({ distance < $0.distance }) ?? true { best = (candidate, distance) }
        }
        return best?.candidate
    }

    /// `; did you mean 'x'?`, or nothing when no candidate is near.
    package static func hint(for word: String, among candidates: some Sequence<String>) -> String {
        closest(to: word, among: candidates).map { "; did you mean '\($0)'?" } ?? ""
    }

    /// How many insertions, deletions, replacements and swaps of neighbours lie between two words.
    static func distance(from source: [Unicode.Scalar], to target: [Unicode.Scalar]) -> Int {
        guard !source.isEmpty, !target.isEmpty else { return max(source.count, target.count) }
        var beforeLast: [Int] = []
        var last = Array(0...target.count)
        for row in 1...source.count {
            var current = [row]
            for column in 1...target.count {
                let isSame = source[row - 1] == target[column - 1]
                var cost = min(last[column] + 1, current[column - 1] + 1, last[column - 1] + (isSame ? 0 : 1))
                if row > 1, column > 1, source[row - 1] == target[column - 2], source[row - 2] == target[column - 1] {
                    cost = min(cost, beforeLast[column - 2] + 1)
                }
                current.append(cost)
            }
            (beforeLast, last) = (last, current)
        }
        return last[target.count]
    }
}
