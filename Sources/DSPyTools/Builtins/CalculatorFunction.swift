import DSPyCore

/// The calculator's functions, with the errors of Python's.
enum CalculatorFunction {
    /// Calls a function.
    ///
    /// - Throws: `ToolError` with Python's class.
    static func call(_ name: String, _ arguments: [CalculatorNumber]) throws(ToolError) -> CalculatorNumber {
        let counts = arity(name)
        guard counts.contains(arguments.count) else {
            let wanted =
                counts.lowerBound == 1 && counts.upperBound > 2 ? "at least one number" : "\(counts.lowerBound)"
            throw ToolError("TypeError", "\(name)() takes \(wanted), not \(arguments.count)")
        }
        switch name {
        case "min", "max":
            var best = arguments[0]
            for next in arguments.dropFirst() where name == "min" ? isLess(next, best) : isLess(best, next) {
                best = next
            }
            return best
        case "abs":
            switch arguments[0] {
            case .float(let x): return .float(x.magnitude)
            case .int(let x):
                guard x != .min else { throw CalculatorNumber.beyond }
                return .int(abs(x))
            }
        case "floor": return try whole(arguments[0], .down)
        case "ceil": return try whole(arguments[0], .up)
        case "round": return try round(arguments)
        case "pow": return try .apply("**", arguments[0], arguments[1])
        case "log": return .float(try log(arguments))
        case "sqrt":
            let x = arguments[0].double
            guard !(x < 0) else { throw domain }
            return .float(x.squareRoot())
        default: return .float(try unary(name, arguments[0].double))
        }
    }

    private static let domain = ToolError("ValueError", "math domain error")

    private static func arity(_ name: String) -> ClosedRange<Int> {
        switch name {
        case "min", "max": 1...1000
        case "round", "log": 1...2
        case "pow": 2...2
        default: 1...1
        }
    }

    private static func isLess(_ a: CalculatorNumber, _ b: CalculatorNumber) -> Bool {
        if case .int(let a) = a, case .int(let b) = b { return a < b }
        return a.double < b.double
    }

    private static func unary(_ name: String, _ x: Double) throws(ToolError) -> Double {
        if name.hasPrefix("log"), x <= 0 { throw domain }
        let value = CMath.unary[name]?(x) ?? .nan
        if x.isFinite, !value.isFinite {
            throw value.isNaN ? domain : ToolError("OverflowError", "math range error")
        }
        if !x.isFinite, !x.isNaN, value.isNaN { throw domain }
        return value
    }

    private static func log(_ arguments: [CalculatorNumber]) throws(ToolError) -> Double {
        for argument in arguments where argument.double <= 0 { throw domain }
        let value = CMath.naturalLog(arguments[0].double)
        guard arguments.count == 2 else { return value }
        let base = CMath.naturalLog(arguments[1].double)
        guard base != 0 else { throw ToolError("ZeroDivisionError", "float division by zero") }
        return value / base
    }

    private static func whole(
        _ number: CalculatorNumber, _ rule: FloatingPointRoundingRule
    ) throws(ToolError) -> CalculatorNumber {
        guard case .float(let x) = number else { return number }
        guard !x.isNaN else { throw ToolError("ValueError", "cannot convert float NaN to integer") }
        guard x.isFinite else { throw ToolError("OverflowError", "cannot convert float infinity to integer") }
        guard let value = Int(exactly: x.rounded(rule)) else { throw CalculatorNumber.beyond }
        return .int(value)
    }

    private static func round(_ arguments: [CalculatorNumber]) throws(ToolError) -> CalculatorNumber {
        guard arguments.count == 2 else { return try whole(arguments[0], .toNearestOrEven) }
        guard case .int(let places) = arguments[1] else {
            throw ToolError("TypeError", "'float' object cannot be interpreted as an integer")
        }
        switch arguments[0] {
        case .int(let x):
            guard places < 0 else { return .int(x) }
            guard places > -19 else { return .int(0) }
            let step = (0..<(-places)).reduce(1) { power, _ in power * 10 }
            let rest = ((x % step) + step) % step
            let (below, isTooLow) = x.subtractingReportingOverflow(rest)
            let isUp = rest * 2 > step || rest * 2 == step && (below / step) % 2 != 0
            let (value, isTooHigh) = isUp ? below.addingReportingOverflow(step) : (below, false)
            guard !isTooLow, !isTooHigh else { throw CalculatorNumber.beyond }
            return .int(value)
        case .float(let x):
            guard x.isFinite, places < 324 else { return .float(x) }
            if places >= 0 { return .float(CMath.rounded(x, places: Int32(places))) }
            guard places > -309 else { return .float(x < 0 ? -0.0 : 0.0) }
            let step = CMath.pow(10, Double(-places))
            return .float((x / step).rounded(.toNearestOrEven) * step)
        }
    }
}
