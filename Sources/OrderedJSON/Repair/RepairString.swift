/// A string while it is being read, with what its look-ahead found so far.
struct RepairString {
    /// What the string began with, and what will end it.
    var opening: Unicode.Scalar = "\""
    var closing: Unicode.Scalar = "\""
    /// Whether the string began without a quote.
    var isBare = false
    /// Whether the string is wrapped in two quotes on each side.
    var isDoubled = false
    /// Whether a quote inside was kept whose partner is still to come.
    var hasOpenInnerQuote = false
    /// Whether the next bracket begins a container that belongs to the text.
    var expectsContainer = false
    /// The containers inside the text that are open.
    var containers: [Unicode.Scalar] = []
    /// Whether it is known that no quote or bracket follows.
    var nothingAhead = false
    /// The code points read; escapes may leave halves of surrogate pairs.
    private(set) var content: [UInt32] = []
    /// How many `{` of the content wait for their `}`.
    private(set) var openBraces = 0
    /// Where the content of the last `[` begins, until its `]`.
    private(set) var classStart: Int?
    /// How many `„` wait for their end.
    private var lowQuotes = 0
    /// Where a search from some place on found its target; nil for nowhere.
    var searches: [String: (start: Int, match: Int?)] = [:]

    /// The quote that ends the innermost quotation; inside `„…` none does.
    var innermostClosing: Unicode.Scalar { lowQuotes > 0 ? "\0" : closing }
    var isInLowQuote: Bool { lowQuotes > 0 }
    var endsInBackslash: Bool { content.last == 0x5C }

    mutating func enterLowQuote() { lowQuotes += 1 }
    mutating func leaveLowQuote() { lowQuotes -= 1 }

    mutating func append(_ character: UInt32) {
        switch character {
        case 0x7B: openBraces += 1
        case 0x7D: if openBraces > 0 { openBraces -= 1 }
        case 0x5B: classStart = content.count + 1
        case 0x5D: classStart = nil
        default: break
        }
        content.append(character)
    }

    /// Puts what an escape means in the place of its backslash.
    mutating func replaceBackslash(with character: UInt32, count: Int = 1) {
        if !content.isEmpty { content.removeLast() }
        for _ in 0..<count { append(character) }
    }

    /// Whether the content since the last `[` has no space.
    var isInCompactClass: Bool {
        guard let classStart else { return false }
        return !content.dropFirst(classStart).contains { Unicode.Scalar($0)?.isPythonSpace ?? false }
    }

    mutating func dropTrailingSpace() {
        while let last = content.last, Unicode.Scalar(last)?.isPythonSpace ?? false { content.removeLast() }
    }

    /// The content as text; halves of surrogate pairs are joined, or become U+FFFD.
    var text: String {
        var scalars = String.UnicodeScalarView()
        var place = 0
        while place < content.count {
            let unit = content[place]
            place += 1
            if (0xD800..<0xDC00).contains(unit), place < content.count, (0xDC00..<0xE000).contains(content[place]) {
                let joined = 0x10000 + (unit - 0xD800) << 10 + (content[place] - 0xDC00)
                scalars.append(Unicode.Scalar(joined) ?? "\u{FFFD}")
                place += 1
            } else {
                scalars.append(Unicode.Scalar(unit) ?? "\u{FFFD}")
            }
        }
        return String(scalars)
    }
}
