#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The C library's functions on floats, by names that clash with nothing.
enum CMath {
    static func pow(_ x: Double, _ y: Double) -> Double {
        #if canImport(Glibc)
            Glibc.pow(x, y)
        #else
            Darwin.pow(x, y)
        #endif
    }

    /// Functions of one float: `exp`, `sin`, ….
    static let unary: [String: @Sendable (Double) -> Double] = [
        "exp": { exp($0) }, "log10": { log10($0) }, "log2": { log2($0) }, "sin": { sin($0) }, "cos": { cos($0) },
        "tan": { tan($0) }, "asin": { asin($0) }, "acos": { acos($0) }, "atan": { atan($0) },
    ]

    static func naturalLog(_ x: Double) -> Double { log(x) }

    /// The decimal digits of a float with so many places, correctly rounded.
    static func rounded(_ x: Double, places: Int32) -> Double {
        var text = [CChar](repeating: 0, count: 400)
        _ = withVaList([places, x]) { vsnprintf(&text, text.count, "%.*f", $0) }
        return strtod(text, nil)
    }
}
