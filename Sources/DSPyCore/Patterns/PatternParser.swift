/// Reads a regular expression; everything gives nil where it is none.
///
/// - Source: re/_parser.py of Python 3.13.
struct PatternParser {
    private struct Flags {
        var ignoresCase = false
        var isMultiline = false
        var dotTakesAll = false
    }

    private var rest: ArraySlice<Unicode.Scalar>
    private var flags = Flags()
    private var depth = 0
    private var names: [String: Int] = [:]
    /// How many groups there are.
    private(set) var groupCount = 0
    private var highestReference = 0

    init(_ text: String) { rest = Array(text.unicodeScalars)[...] }

    /// The whole expression.
    mutating func pattern() -> PatternNode? {
        guard let node = choice(), rest.isEmpty, highestReference <= groupCount else { return nil }
        return node
    }

    private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
        guard rest.first == scalar else { return false }
        rest.removeFirst()
        return true
    }

    private mutating func take(_ text: String) -> Bool {
        guard rest.starts(with: text.unicodeScalars) else { return false }
        rest.removeFirst(text.unicodeScalars.count)
        return true
    }

    private mutating func choice() -> PatternNode? {
        // Whoever nests deeper than anybody needs is after the stack.
        guard depth < 100 else { return nil }
        depth += 1
        defer { depth -= 1 }
        var branches: [PatternNode] = []
        repeat {
            guard let branch = sequence() else { return nil }
            branches.append(branch)
        } while take("|")
        return branches.count == 1 ? branches[0] : .choice(branches)
    }

    private mutating func sequence() -> PatternNode? {
        var parts: [PatternNode] = []
        while let next = rest.first, next != "|", next != ")" {
            guard let (part, mayRepeat) = atom() else { return nil }
            guard let count = quantifier() else {
                parts.append(part)
                continue
            }
            guard mayRepeat, count.least <= count.most ?? .max else { return nil }
            let greed: PatternNode.Greed = take("?") ? .lazy : take("+") ? .possessive : .greedy
            if quantifier() != nil { return nil }
            parts.append(.repeated(part, least: count.least, most: count.most, greed))
        }
        return parts.count == 1 ? parts[0] : .sequence(parts)
    }

    /// How often something may stand; nil, and nothing taken, where nothing says so.
    private mutating func quantifier() -> (least: Int, most: Int?)? {
        if take("*") { return (0, nil) }
        if take("+") { return (1, nil) }
        if take("?") { return (0, 1) }
        let before = rest
        guard take("{") else { return nil }
        let least = number()
        var most = least
        let hasComma = take(",")
        if hasComma { most = number() }
        guard take("}"), least != nil || hasComma else {
            rest = before
            return nil
        }
        return (least ?? 0, most)
    }

    /// A number that is too large to count to stays that.
    private mutating func number() -> Int? {
        let digits = rest.prefix { ("0"..."9").contains($0) }
        guard !digits.isEmpty else { return nil }
        rest = rest.dropFirst(digits.count)
        return digits.reduce(0) { min($0 * 10 + Int($1.value - 0x30), 1 << 30) }
    }

    private mutating func atom() -> (PatternNode, mayRepeat: Bool)? {
        guard let scalar = rest.popFirst() else { return nil }
        switch scalar {
        case ".": return (.one(PatternSet([], [(flags.dotTakesAll ? .any : .anyButLineFeed, false)])), true)
        case "^": return (.place(flags.isMultiline ? .lineStart : .start), false)
        case "$": return (.place(flags.isMultiline ? .lineEnd : .endOrLastLine), false)
        case "(": return group()
        case "[": return set().map { (.one($0), true) }
        case "\\": return escape()
        case "*", "+", "?": return nil
        default: return (.one(literal(scalar.value)), true)
        }
    }

    private func literal(_ value: UInt32) -> PatternSet {
        PatternSet([value...value], ignoresCase: flags.ignoresCase)
    }

    // MARK: Groups

    private mutating func group() -> (PatternNode, mayRepeat: Bool)? {
        func ended(_ node: PatternNode?, _ parser: inout PatternParser) -> PatternNode? {
            guard let node, parser.take(")") else { return nil }
            return node
        }
        let before = flags
        var isGlobal = false
        defer { if !isGlobal { flags = before } }
        guard take("?") else { return numbered(name: nil).map { ($0, true) } }
        if take(":") { return ended(choice(), &self).map { ($0, true) } }
        if take(">") { return ended(choice(), &self).map { (.atomic($0), true) } }
        if take("#") {
            rest = rest.drop { $0 != ")" }
            return take(")") ? (.sequence([]), false) : nil
        }
        for (mark, isAhead, isNegative) in [
            ("=", true, false), ("!", true, true), ("<=", false, false), ("<!", false, true),
        ] where take(mark) {
            guard let inner = ended(choice(), &self), isAhead || inner.width != nil else { return nil }
            return (.look(inner, isAhead: isAhead, isNegative: isNegative), true)
        }
        if take("P=") { return reference(until: ")").map { ($0, true) } }
        if take("P<") || take("<") {
            guard let name = word(until: ">") else { return nil }
            return numbered(name: name).map { ($0, true) }
        }
        while let scalar = rest.popFirst() {
            switch scalar {
            case "i": flags.ignoresCase = true
            case "m": flags.isMultiline = true
            case "s": flags.dotTakesAll = true
            case "u": break
            case ":": return ended(choice(), &self).map { ($0, true) }
            case ")":
                isGlobal = true
                return (.sequence([]), false)
            default: return nil
            }
        }
        return nil
    }

    private mutating func numbered(name: String?) -> PatternNode? {
        groupCount += 1
        let number = groupCount
        if let name { guard names.updateValue(number, forKey: name) == nil else { return nil } }
        guard groupCount < 1000, let inner = choice(), take(")") else { return nil }
        return .group(inner, number: number)
    }

    private mutating func word(until end: Unicode.Scalar) -> String? {
        let word = rest.prefix { PatternSet.isWord($0) }
        rest = rest.dropFirst(word.count)
        guard !word.isEmpty, take(end) else { return nil }
        return String(String.UnicodeScalarView(word))
    }

    private mutating func reference(until end: Unicode.Scalar) -> PatternNode? {
        guard let name = word(until: end), let number = names[name] else { return nil }
        return .reference(number, ignoresCase: flags.ignoresCase)
    }

    // MARK: Characters

    private mutating func escape() -> (PatternNode, mayRepeat: Bool)? {
        guard let scalar = rest.first else { return nil }
        let place: PatternPlace? =
            switch scalar {
            case "A": .start
            case "Z": .end
            case "b": .wordEdge
            case "B": .noWordEdge
            default: nil
            }
        if let place {
            rest.removeFirst()
            return (.place(place), false)
        }
        if take("k<") { return reference(until: ">").map { ($0, true) } }
        let isOctal = rest.prefix(3).count { ("0"..."7").contains($0) } == 3
        if ("1"..."9").contains(scalar), !isOctal {
            let digits = rest.prefix(2).prefix { ("0"..."9").contains($0) }
            rest = rest.dropFirst(digits.count)
            let number = digits.reduce(0) { $0 * 10 + Int($1.value - 0x30) }
            highestReference = max(highestReference, number)
            return (.reference(number, ignoresCase: flags.ignoresCase), true)
        }
        switch member() {
        case .kind(let kind, let isNegative)?: return (.one(PatternSet([], [(kind, isNegative)])), true)
        case .character(let value)?: return (.one(literal(value)), true)
        case nil: return nil
        }
    }

    private enum Member {
        case kind(PatternSet.Kind, isNegative: Bool)
        case character(UInt32)
    }

    /// What stands behind a backslash, in a set as well.
    private mutating func member() -> Member? {
        guard let scalar = rest.popFirst() else { return nil }
        switch scalar {
        case "d", "D": return .kind(.digit, isNegative: scalar == "D")
        case "w", "W": return .kind(.word, isNegative: scalar == "W")
        case "s", "S": return .kind(.space, isNegative: scalar == "S")
        case "p", "P":
            guard take("{"), let name = word(until: "}"), PatternSet.categories.contains(name) else { return nil }
            return .kind(.category(name), isNegative: scalar == "P")
        case "n": return .character(0x0A)
        case "r": return .character(0x0D)
        case "t": return .character(0x09)
        case "f": return .character(0x0C)
        case "v": return .character(0x0B)
        case "a": return .character(0x07)
        case "x": return hex(2)
        case "u": return hex(4)
        case "U": return hex(8)
        case "0"..."7":
            let digits = rest.prefix(2).prefix { ("0"..."7").contains($0) }
            rest = rest.dropFirst(digits.count)
            let value = digits.reduce(scalar.value - 0x30) { $0 * 8 + $1.value - 0x30 }
            return value < 256 ? .character(value) : nil
        case "A"..."Z", "a"..."z", "8", "9": return nil
        default: return .character(scalar.value)
        }
    }

    private mutating func hex(_ count: Int) -> Member? {
        let digits = String(String.UnicodeScalarView(rest.prefix(count)))
        guard digits.utf8.count == count, !digits.hasPrefix("+"), let value = UInt32(digits, radix: 16),
            value <= 0x10FFFF
        else { return nil }
        rest = rest.dropFirst(count)
        return .character(value)
    }

    /// A set, behind its opening bracket.
    private mutating func set() -> PatternSet? {
        let isNegative = take("^")
        var ranges: [ClosedRange<UInt32>] = []
        var kinds: [(kind: PatternSet.Kind, isNegative: Bool)] = []
        var isFirst = true
        while let scalar = rest.popFirst() {
            if scalar == "]", !isFirst {
                return PatternSet(ranges, kinds, isNegative: isNegative, ignoresCase: flags.ignoresCase)
            }
            isFirst = false
            guard let low = setMember(scalar) else { return nil }
            guard rest.first == "-", let behind = rest.dropFirst().first, behind != "]" else {
                switch low {
                case .kind(let kind, let isNegative): kinds.append((kind, isNegative))
                case .character(let value): ranges.append(value...value)
                }
                continue
            }
            rest = rest.dropFirst(2)
            guard case .character(let start) = low, case .character(let end)? = setMember(behind), start <= end else {
                return nil
            }
            ranges.append(start...end)
        }
        return nil
    }

    private mutating func setMember(_ scalar: Unicode.Scalar) -> Member? {
        guard scalar == "\\" else { return .character(scalar.value) }
        // In a set there is no edge of a word: it is a backspace.
        if take("b") { return .character(0x08) }
        return member()
    }
}
