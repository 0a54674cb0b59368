/// Values as Python prints them.
public enum PythonText {
    /// A float as `repr` writes it: the shortest digits that read back the same, an exponent outside 1e-4 ..< 1e16.
    public static func repr(_ double: Double) -> String {
        if double.isNaN { return "nan" }
        if double.isInfinite { return double < 0 ? "-inf" : "inf" }
        let sign = double.sign == .minus ? "-" : ""
        guard double != 0 else { return sign + "0.0" }
        let (digits, point) = decimal(double.magnitude)
        guard (-3...16).contains(point) else { return sign + scientific(digits, exponent: point - 1) }
        if point <= 0 { return sign + "0." + String(repeating: "0", count: -point) + digits }
        let count = digits.utf8.count
        if point >= count { return sign + digits + String(repeating: "0", count: point - count) + ".0" }
        return sign + digits.prefix(point) + "." + digits.dropFirst(point)
    }

    private static func scientific(_ digits: String, exponent: Int) -> String {
        let mantissa = digits.utf8.count == 1 ? digits : digits.prefix(1) + "." + digits.dropFirst()
        let magnitude = String(exponent.magnitude)
        return mantissa + (exponent < 0 ? "e-" : "e+") + (magnitude.utf8.count < 2 ? "0" : "") + magnitude
    }

    /// The shortest digits of a positive float, without zeros at either end, and how many stand before the point.
    private static func decimal(_ value: Double) -> (digits: String, point: Int) {
        var digits: [UInt8] = []
        var point: Int?
        var exponent = 0
        let text = Array(value.description.utf8)
        for (place, byte) in text.enumerated() {
            if byte == UInt8(ascii: ".") {
                point = digits.count
            } else if byte == UInt8(ascii: "e") {
                exponent = Int(String(decoding: text[(place + 1)...], as: UTF8.self)) ?? 0
                break
            } else {
                digits.append(byte)
            }
        }
        let leading = digits.prefix { $0 == UInt8(ascii: "0") }.count
        let place = (point ?? digits.count) - leading + exponent
        digits.removeFirst(leading)
        while digits.count > 1, digits.last == UInt8(ascii: "0") { digits.removeLast() }
        return (String(decoding: digits, as: UTF8.self), place)
    }
}
