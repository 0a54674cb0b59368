/// Finds a value in a damaged text, scalar by scalar, as Python counts them.
///
/// Offsets handed around are relative to ``index``, like the look-ahead they serve.
struct RepairParser {
    /// The text; some repairs rewrite it.
    var text: [Unicode.Scalar]
    var index = 0
    var context = RepairContext()
    /// Places to enter with the next value, left behind by an object that turned out to be something else.
    var deferred: [RepairContext.Place] = []
    /// Whether the one attempt to read plain JSON from here on was made.
    var triedPlainJSON = false
    private let maximumDepth: Int
    private var depth = 0

    init(_ text: String, maximumDepth: Int) {
        self.text = Array(text.unicodeScalars)
        self.maximumDepth = maximumDepth
    }

    // An index before the start counts from the end, as in Python; behind the end there is nothing.
    func character(_ offset: Int = 0) -> Unicode.Scalar? {
        var place = index + offset
        if place < 0 { place += text.count }
        return text.indices.contains(place) ? text[place] : nil
    }

    /// A part of the text, cut to what there is.
    func slice(_ start: Int, _ end: Int) -> ArraySlice<Unicode.Scalar> {
        let lower = min(max(0, start), text.count)
        return text[lower..<max(lower, min(end, text.count))]
    }

    mutating func skipSpace() {
        while index < text.count, character().isSpace { index += 1 }
    }

    mutating func skipSpaceAndComments() {
        while true {
            skipSpace()
            guard character() == "#" || (character() == "/" && character(1).isOne(of: "/*")) else { return }
            skipComment()
        }
    }

    /// The offset of the next character that is no space.
    func pastSpace(_ offset: Int = 0) -> Int {
        var offset = offset
        while index + offset >= 0, character(offset).isSpace { offset += 1 }
        return offset
    }

    /// The offset of the next of some characters that no odd run of backslashes precedes, else of the end.
    func find(_ target: Unicode.Scalar, from offset: Int = 0) -> Int {
        find(from: offset) { $0 == target }
    }

    /// The same for a choice of characters.
    func find(from offset: Int, where isTarget: (Unicode.Scalar) -> Bool) -> Int {
        var place = index + offset
        var isEscaped = false
        while place < text.count {
            let character = text[place]
            if character == "\\" {
                isEscaped.toggle()
            } else {
                if !isEscaped, isTarget(character) { return place - index }
                isEscaped = false
            }
            place += 1
        }
        return text.count - index
    }

    /// Whether only spaces stand between the current character and an offset.
    func isSpaceOnly(until end: Int) -> Bool {
        var offset = 1
        while offset < end, index + offset < text.count {
            guard character(offset).isSpace else { return false }
            offset += 1
        }
        return true
    }

    /// Runs something one level deeper.
    mutating func nested<Value>(
        _ body: (inout RepairParser) throws(RepairFailure) -> Value
    ) throws(RepairFailure) -> Value {
        guard depth < maximumDepth else { throw .tooDeep }
        depth += 1
        defer { depth -= 1 }
        return try body(&self)
    }
}
