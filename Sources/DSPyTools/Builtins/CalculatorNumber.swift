import DSPyCore
import OrderedJSON

/// A number of the calculator: an exact int of 64 bits, or a float.
enum CalculatorNumber: Sendable, Hashable {
    case int(Int)
    case float(Double)

    /// The number as a float.
    var double: Double {
        switch self {
        case .int(let value): Double(value)
        case .float(let value): value
        }
    }

    /// The number as Python prints it.
    var text: String {
        switch self {
        case .int(let value): String(value)
        case .float(let value): PythonText.repr(value)
        }
    }

    /// A sum, difference, product, quotient, remainder or power by Python's rules.
    ///
    /// - Throws: `ToolError` with Python's class.
    static func apply(
        _ symbol: String, _ left: CalculatorNumber, _ right: CalculatorNumber
    ) throws(ToolError) -> CalculatorNumber {
        if case .int(let a) = left, case .int(let b) = right, symbol != "/" { return try ints(symbol, a, b) }
        let (a, b) = (left.double, right.double)
        switch symbol {
        case "+": return .float(a + b)
        case "-": return .float(a - b)
        case "*": return .float(a * b)
        case "**": return .float(try power(a, b))
        default: break
        }
        guard b != 0 else {
            let isInt = if case .int = left, case .int = right { true } else { false }
            throw ToolError("ZeroDivisionError", isInt ? "division by zero" : zeroWords(symbol))
        }
        switch symbol {
        case "/": return .float(a / b)
        case "%": return .float(remainder(a, b))
        default:
            let rest = remainder(a, b)
            return .float(((a - rest) / b).rounded())
        }
    }

    private static func zeroWords(_ symbol: String) -> String {
        switch symbol {
        case "/": "float division by zero"
        case "%": "float modulo"
        default: "float floor division by zero"
        }
    }

    private static func ints(_ symbol: String, _ a: Int, _ b: Int) throws(ToolError) -> CalculatorNumber {
        let (value, overflow): (Int, Bool)
        switch symbol {
        case "+": (value, overflow) = a.addingReportingOverflow(b)
        case "-": (value, overflow) = a.subtractingReportingOverflow(b)
        case "*": (value, overflow) = a.multipliedReportingOverflow(by: b)
        case "**": return try intPower(a, b)
        default:
            guard b != 0 else {
                throw ToolError(
                    "ZeroDivisionError", symbol == "%" ? "integer modulo by zero" : "integer division or modulo by zero"
                )
            }
            let (quotient, tooLarge) = a.dividedReportingOverflow(by: b)
            guard !tooLarge else { throw beyond }
            let rest = a - quotient * b
            let isBelow = rest != 0 && (rest < 0) != (b < 0)
            return .int(symbol == "%" ? (isBelow ? rest + b : rest) : (isBelow ? quotient - 1 : quotient))
        }
        guard !overflow else { throw beyond }
        return .int(value)
    }

    private static func intPower(_ base: Int, _ exponent: Int) throws(ToolError) -> CalculatorNumber {
        guard exponent >= 0 else { return .float(try power(Double(base), Double(exponent))) }
        if base == 0 || base == 1 { return .int(exponent == 0 ? 1 : base) }
        if base == -1 { return .int(exponent % 2 == 0 ? 1 : -1) }
        guard exponent < 64 else { throw beyond }
        var result = 1
        for _ in 0..<exponent {
            let (value, overflow) = result.multipliedReportingOverflow(by: base)
            guard !overflow else { throw beyond }
            result = value
        }
        return .int(result)
    }

    private static func power(_ base: Double, _ exponent: Double) throws(ToolError) -> Double {
        if base == 0, exponent < 0 {
            throw ToolError("ZeroDivisionError", "0.0 cannot be raised to a negative power")
        }
        if base < 0, base.isFinite, exponent.isFinite, exponent.rounded() != exponent {
            throw ToolError("ValueError", "a negative number has no real power of \(PythonText.repr(exponent))")
        }
        let value = CMath.pow(base, exponent)
        guard value.isFinite || !base.isFinite || !exponent.isFinite else {
            throw ToolError("OverflowError", "(34, 'Numerical result out of range')")
        }
        return value
    }

    /// The remainder with the divisor's sign.
    private static func remainder(_ a: Double, _ b: Double) -> Double {
        let rest = a.truncatingRemainder(dividingBy: b)
        if rest == 0 { return b < 0 ? -0.0 : 0.0 }
        return (rest < 0) != (b < 0) ? rest + b : rest
    }

    /// An int that does not fit.
    static let beyond = ToolError(
        "OverflowError",
        "the result is beyond 64 bits, where whole numbers are not computed exactly; write a float (2.0 ** 100) for an "
            + "approximate result")
}
