/// Values as Python prints them.
public enum PythonText {
    /// A float as `repr` writes it: the shortest digits that read back the same, an exponent outside 1e-4 ..< 1e16.
    public static func repr(_ double: Double) -> String {
        if double.isNaN { return "nan" }
        if double.isInfinite { return double < 0 ? "-inf" : "inf" }
        // Swift writes the same, but changes to an exponent from 2^53 on, where every float is an int.
        guard (0x1p53..<1e16).contains(double.magnitude) else { return double.description }
        return "\(Int(double)).0"
    }
}
