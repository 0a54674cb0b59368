/// A regular expression as Python's `re` reads it, which is matched in bounded time whatever it is.
///
/// Also read are the forms of JavaScript that schemas from elsewhere use: `\p{L}`, `(?<name>…)`, `\k<name>`.
struct PythonPattern: Sendable {
    /// What a search found out.
    enum Verdict: Sendable, Hashable {
        case found, notFound
        /// It would take too long to tell.
        case undecided
    }

    /// The steps; nil when there would be too many.
    private let program: PatternProgram?

    /// Reads an expression; nil when it is none, or of a form that is not known here.
    init?(_ text: String) {
        var parser = PatternParser(text)
        guard let node = parser.pattern() else { return nil }
        program = PatternProgram(node, groups: parser.groupCount)
    }

    /// Whether some part of a text matches, as `re.search` finds it.
    func search(_ text: String) -> Verdict {
        guard let program else { return .undecided }
        var matcher = PatternMatcher(program, Array(text.unicodeScalars))
        return matcher.search()
    }
}

/// An expression in its parts.
indirect enum PatternNode: Sendable {
    /// How a repetition gives back what it took.
    enum Greed: Sendable { case greedy, lazy, possessive }

    case one(PatternSet)
    case sequence([PatternNode])
    case choice([PatternNode])
    case group(PatternNode, number: Int)
    case repeated(PatternNode, least: Int, most: Int?, Greed)
    case place(PatternPlace)
    case look(PatternNode, isAhead: Bool, isNegative: Bool)
    case atomic(PatternNode)
    case reference(Int, ignoresCase: Bool)

    /// How many characters it takes; nil where that depends.
    var width: Int? {
        switch self {
        case .one: return 1
        case .place, .look: return 0
        case .reference: return nil
        case .group(let inner, _), .atomic(let inner): return inner.width
        case .sequence(let parts):
            var sum = 0
            for part in parts {
                guard let width = part.width, width < 1 << 20, sum < 1 << 20 else { return nil }
                sum += width
            }
            return sum
        case .choice(let parts):
            let widths = parts.map(\.width)
            return widths.allSatisfy { $0 == widths[0] } ? widths[0] : nil
        case .repeated(let inner, let least, let most, _):
            guard least == most, let width = inner.width else { return nil }
            let (product, isTooMuch) = width.multipliedReportingOverflow(by: least)
            return isTooMuch ? nil : product
        }
    }
}

/// A place in a text that is none of its characters.
enum PatternPlace: Sendable {
    case start, end, endOrLastLine, lineStart, lineEnd, wordEdge, noWordEdge

    /// Whether a place in a text is one of these.
    func holds(at place: Int, in text: [Unicode.Scalar]) -> Bool {
        switch self {
        case .start: return place == 0
        case .end: return place == text.count
        case .endOrLastLine: return place == text.count || place == text.count - 1 && text[place] == "\n"
        case .lineStart: return place == 0 || text[place - 1] == "\n"
        case .lineEnd: return place == text.count || text[place] == "\n"
        case .wordEdge, .noWordEdge:
            let before = place > 0 && PatternSet.isWord(text[place - 1])
            let after = place < text.count && PatternSet.isWord(text[place])
            return (before != after) == (self == .wordEdge)
        }
    }
}
