import OrderedJSON

/// The comments of a text by place, and the parts of objects and arrays that they belong to.
struct CommentTable {
    /// A member of an object, or an item of an array; places in bytes.
    struct Part {
        /// Where it starts.
        let start: Int
        /// The end of its key, if it has one.
        let head: Int
        /// Where its value starts.
        let value: Int
        /// Its end.
        let end: Int
    }

    /// The comments that belong to a part: those above it, and the one behind it on its line.
    struct Attached {
        var above: [String] = []
        var behind: String?
    }

    private let comments: [CommentScanner.Comment]

    /// - Parameter comments: In the order of the text.
    init(_ comments: [CommentScanner.Comment]) { self.comments = comments }

    /// The comments from one place up to another.
    func between(_ start: Int, _ end: Int) -> ArraySlice<CommentScanner.Comment> {
        let first = Self.firstPlace(in: comments.count) { comments[$0].offset >= start }
        let last = Self.firstPlace(in: comments.count) { comments[$0].offset >= end }
        return first < last ? comments[first..<last] : []
    }

    /// The comments of each part, by its start; and those behind all parts.
    ///
    /// A value prints the comments inside it itself.
    func attached(
        to parts: [Part], within range: Range<TextPosition>
    ) -> (parts: [Int: Attached], dangling: [String]) {
        var attached: [Int: Attached] = [:]
        var dangling: [String] = []
        for comment in between(range.lowerBound.offset, range.upperBound.offset) {
            // The first part that does not end before the comment: the comment stands inside it or above it.
            let place = Self.firstPlace(in: parts.count) { parts[$0].end > comment.offset }
            let next = place < parts.count ? parts[place] : nil
            if let next, comment.offset >= next.value { continue }
            if let next, comment.offset >= next.head {
                // One between a key and its value goes above the key.
                attached[next.start, default: Attached()].above.append(comment.text)
                continue
            }
            let before = place > 0 ? parts[place - 1] : nil
            if comment.isTrailing, comment.text.hasPrefix("//"), let before, attached[before.start]?.behind == nil {
                attached[before.start, default: Attached()].behind = comment.text
            } else if let next {
                attached[next.start, default: Attached()].above.append(comment.text)
            } else {
                dangling.append(comment.text)
            }
        }
        return (attached, dangling)
    }

    /// The first place of which a rule holds that holds of all behind it.
    private static func firstPlace(in count: Int, where rule: (Int) -> Bool) -> Int {
        var low = 0
        var high = count
        while low < high {
            let middle = (low + high) / 2
            if rule(middle) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
