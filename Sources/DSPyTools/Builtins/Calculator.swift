import Basics
import DSPyCore
import OrderedJSON

/// Evaluates arithmetic in Python's notation: `+ - * / // % **`, parentheses, numbers, `pi`, `e`, and a few functions.
///
/// Nothing else: no names, no attributes, no strings. Length and depth are bounded.
struct Calculator {
    private static let longest = 10_000
    private static let deepest = 100
    private static let constants = ["pi": Double.pi, "e": 2.718281828459045]
    private static let functions =
        ["abs", "ceil", "floor", "log", "max", "min", "pow", "round", "sqrt"] + CMath.unary.keys

    private let bytes: [UInt8]
    private var place = 0
    private var depth = 0

    /// The value of an expression.
    ///
    /// - Throws: `ToolError` with Python's class.
    static func evaluate(_ expression: String) throws(ToolError) -> CalculatorNumber {
        guard expression.utf8.count <= longest else {
            throw ToolError("ValueError", "the expression is longer than \(longest) letters")
        }
        var calculator = Calculator(bytes: Array(expression.utf8))
        let value = try calculator.sum()
        calculator.skipSpace()
        guard calculator.place == calculator.bytes.count else { throw calculator.unexpected() }
        return value
    }

    private init(bytes: [UInt8]) { self.bytes = bytes }

    private mutating func sum() throws(ToolError) -> CalculatorNumber {
        var value = try product()
        while let symbol = take(["+", "-"]) { value = try .apply(symbol, value, try product()) }
        return value
    }

    private mutating func product() throws(ToolError) -> CalculatorNumber {
        var value = try signed()
        while let symbol = take(["*", "//", "/", "%"]) { value = try .apply(symbol, value, try signed()) }
        return value
    }

    private mutating func signed() throws(ToolError) -> CalculatorNumber {
        try enter()
        defer { depth -= 1 }
        guard let sign = take(["+", "-"]) else { return try power() }
        // The smallest int has no positive counterpart.
        if sign == "-", takeText("9223372036854775808") { return .int(.min) }
        let value = try signed()
        guard sign == "-" else { return value }
        if case .float(let number) = value { return .float(-number) }
        return try .apply("-", .int(0), value)
    }

    private mutating func power() throws(ToolError) -> CalculatorNumber {
        let base = try atom()
        guard take(["**"]) != nil else { return base }
        return try .apply("**", base, try signed())
    }

    private mutating func atom() throws(ToolError) -> CalculatorNumber {
        skipSpace()
        guard place < bytes.count else {
            throw ToolError("SyntaxError", "the expression ends where a number should be")
        }
        switch bytes[place] {
        case UInt8(ascii: "("):
            try enter()
            defer { depth -= 1 }
            place += 1
            let value = try sum()
            guard take([")"]) != nil else { throw unexpected(wanting: "\")\"") }
            return value
        case 0x30...0x39, UInt8(ascii: "."): return try number()
        case 0x41...0x5A, 0x61...0x7A, 0x5F: return try named()
        default: throw unexpected()
        }
    }

    private mutating func number() throws(ToolError) -> CalculatorNumber {
        let start = place
        var isFloat = false
        skipDigits()
        if place < bytes.count, bytes[place] == UInt8(ascii: ".") {
            isFloat = true
            place += 1
            skipDigits()
        }
        if place < bytes.count, bytes[place] | 0x20 == UInt8(ascii: "e") {
            isFloat = true
            place += 1
            if place < bytes.count, bytes[place] == UInt8(ascii: "+") || bytes[place] == UInt8(ascii: "-") {
                place += 1
            }
            let digits = place
            skipDigits()
            guard place > digits else { throw unexpected(wanting: "digits") }
        }
        let text = String(decoding: bytes[start..<place].filter { $0 != 0x5F }, as: UTF8.self)
        guard place == bytes.count || !Self.isNamePart(bytes[place]) else { throw unexpected() }
        guard !isFloat else {
            guard let value = Double(text) ?? Double("0" + text) ?? Double(text + "0") else { throw unexpected() }
            return .float(value)
        }
        guard let value = Int(text) else { throw CalculatorNumber.beyond }
        return .int(value)
    }

    private mutating func named() throws(ToolError) -> CalculatorNumber {
        let start = place
        while place < bytes.count, Self.isNamePart(bytes[place]) || bytes[place] == UInt8(ascii: ".") { place += 1 }
        var name = String(decoding: bytes[start..<place], as: UTF8.self)
        if name.hasPrefix("math.") { name = String(name.dropFirst(5)) }
        guard take(["("]) != nil else {
            if let value = Self.constants[name] { return .float(value) }
            throw ToolError("NameError", "name '\(name)' is not defined; there are pi, e and functions")
        }
        guard Self.functions.contains(name) else {
            let meant = Spelling.closest(to: name, among: Self.functions).map { "did you mean \($0)? " } ?? ""
            let all = Self.functions.sorted().joined(separator: ", ")
            throw ToolError("NameError", "name '\(name)' is not defined; \(meant)there are \(all)")
        }
        try enter()
        defer { depth -= 1 }
        var arguments: [CalculatorNumber] = []
        if take([")"]) == nil {
            repeat { arguments.append(try sum()) } while take([","]) != nil
            guard take([")"]) != nil else { throw unexpected(wanting: "\")\"") }
        }
        return try CalculatorFunction.call(name, arguments)
    }

    // MARK: Letters

    private mutating func enter() throws(ToolError) {
        depth += 1
        guard depth <= Self.deepest else {
            throw ToolError("ValueError", "the expression is nested more than \(Self.deepest) levels deep")
        }
    }

    private mutating func skipSpace() {
        while place < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[place]) { place += 1 }
    }

    private mutating func skipDigits() {
        while place < bytes.count, (0x30...0x39).contains(bytes[place]) || isSeparator { place += 1 }
    }

    /// Whether an underscore stands between two digits here.
    private var isSeparator: Bool {
        bytes[place] == 0x5F && place > 0 && (0x30...0x39).contains(bytes[place - 1]) && place + 1 < bytes.count
            && (0x30...0x39).contains(bytes[place + 1])
    }

    /// Takes the first of some symbols that stands here; `*` is not the first half of `**`.
    private mutating func take(_ symbols: [String]) -> String? {
        skipSpace()
        for symbol in symbols where bytes[place...].starts(with: symbol.utf8) {
            if symbol == "*", bytes[place...].starts(with: "**".utf8) { continue }
            place += symbol.utf8.count
            return symbol
        }
        return nil
    }

    /// Takes a whole number that stands here, unless it goes on or is raised to a power.
    private mutating func takeText(_ digits: String) -> Bool {
        skipSpace()
        guard bytes[place...].starts(with: digits.utf8) else { return false }
        let rest = bytes[(place + digits.utf8.count)...].drop { $0 == 0x20 }
        if let next = rest.first, Self.isNamePart(next) || next == UInt8(ascii: ".") { return false }
        guard !rest.starts(with: "**".utf8) else { return false }
        place += digits.utf8.count
        return true
    }

    private static func isNamePart(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x41...0x5A, 0x61...0x7A, 0x30...0x39, 0x5F: true
        default: false
        }
    }

    private func unexpected(wanting wanted: String = "a number or an operator") -> ToolError {
        guard place < bytes.count else {
            return ToolError("SyntaxError", "the expression ends where \(wanted) should be")
        }
        let rest = String(decoding: bytes[place...].prefix(12), as: UTF8.self)
        return ToolError("SyntaxError", "expected \(wanted), not \"\(rest)\" (letter \(place + 1))")
    }
}
