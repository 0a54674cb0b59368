/// Characters that an expression takes at one place.
struct PatternSet: Sendable {
    /// Characters that have something in common.
    enum Kind: Sendable {
        case digit, word, space, any, anyButLineFeed
        /// A general category of Unicode by its first letters: `L`, `Lu`.
        case category(String)
    }

    /// Sorted, and apart from each other.
    private var ranges: [ClosedRange<UInt32>] = []
    private var kinds: [(kind: Kind, isNegative: Bool)] = []
    private var isNegative: Bool
    private var ignoresCase: Bool

    init(
        _ ranges: [ClosedRange<UInt32>], _ kinds: [(kind: Kind, isNegative: Bool)] = [], isNegative: Bool = false,
        ignoresCase: Bool = false
    ) {
        for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            if let last = self.ranges.last, range.lowerBound <= last.upperBound {
                self.ranges[self.ranges.count - 1] = last.lowerBound...max(last.upperBound, range.upperBound)
            } else {
                self.ranges.append(range)
            }
        }
        // What is said many times counts once, whatever it costs to ask.
        self.kinds = kinds.count > 64 ? Array(kinds.prefix(64)) : kinds
        self.isNegative = isNegative
        self.ignoresCase = ignoresCase
    }

    /// Whether a character is one of them.
    func contains(_ scalar: Unicode.Scalar) -> Bool {
        var holds = has(scalar)
        if !holds, ignoresCase {
            holds = Self.otherCases(scalar).contains { has($0) }
        }
        return holds != isNegative
    }

    private func has(_ scalar: Unicode.Scalar) -> Bool {
        var (low, high) = (0, ranges.count)
        while low < high {
            let middle = (low + high) / 2
            if ranges[middle].upperBound < scalar.value { low = middle + 1 } else { high = middle }
        }
        if low < ranges.count, ranges[low].contains(scalar.value) { return true }
        return kinds.contains { Self.isOf($0.kind, scalar) != $0.isNegative }
    }

    /// The same letter in upper and in lower case, where that is one character.
    static func otherCases(_ scalar: Unicode.Scalar) -> [Unicode.Scalar] {
        [scalar.properties.lowercaseMapping, scalar.properties.uppercaseMapping].compactMap { text in
            text.unicodeScalars.count == 1 ? text.unicodeScalars.first : nil
        }
    }

    private static func isOf(_ kind: Kind, _ scalar: Unicode.Scalar) -> Bool {
        switch kind {
        case .any: true
        case .anyButLineFeed: scalar != "\n"
        case .digit: scalar.properties.generalCategory == .decimalNumber
        case .word: isWord(scalar)
        case .space: isSpace(scalar)
        case .category(let name): category(scalar).hasPrefix(name)
        }
    }

    /// - Source: `str.isalnum`, and the underscore.
    static func isWord(_ scalar: Unicode.Scalar) -> Bool {
        scalar == "_" || category(scalar).hasPrefix("L") || category(scalar).hasPrefix("N")
    }

    /// - Source: `str.isspace`.
    private static func isSpace(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x09...0x0D, 0x1C...0x20, 0x85, 0xA0, 0x1680, 0x2000...0x200A, 0x2028, 0x2029, 0x202F, 0x205F, 0x3000: true
        default: false
        }
    }

    /// The two letters of a general category.
    static func category(_ scalar: Unicode.Scalar) -> String {
        switch scalar.properties.generalCategory {
        case .uppercaseLetter: "Lu"
        case .lowercaseLetter: "Ll"
        case .titlecaseLetter: "Lt"
        case .modifierLetter: "Lm"
        case .otherLetter: "Lo"
        case .nonspacingMark: "Mn"
        case .spacingMark: "Mc"
        case .enclosingMark: "Me"
        case .decimalNumber: "Nd"
        case .letterNumber: "Nl"
        case .otherNumber: "No"
        case .connectorPunctuation: "Pc"
        case .dashPunctuation: "Pd"
        case .openPunctuation: "Ps"
        case .closePunctuation: "Pe"
        case .initialPunctuation: "Pi"
        case .finalPunctuation: "Pf"
        case .otherPunctuation: "Po"
        case .mathSymbol: "Sm"
        case .currencySymbol: "Sc"
        case .modifierSymbol: "Sk"
        case .otherSymbol: "So"
        case .spaceSeparator: "Zs"
        case .lineSeparator: "Zl"
        case .paragraphSeparator: "Zp"
        case .control: "Cc"
        case .format: "Cf"
        case .surrogate: "Cs"
        case .privateUse: "Co"
        case .unassigned: "Cn"
        @unknown default: "Cn"
        }
    }

    /// All categories, and their first letters.
    static let categories: Set<String> = Set(
        "L Lu Ll Lt Lm Lo M Mn Mc Me N Nd Nl No P Pc Pd Ps Pe Pi Pf Po S Sm Sc Sk So Z Zs Zl Zp C Cc Cf Cs Co Cn"
            .split(separator: " ").map(String.init))
}
