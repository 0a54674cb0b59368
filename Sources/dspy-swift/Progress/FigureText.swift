import DSPyCore

/// Numbers as people read them.
enum FigureText {
    /// `5 712`: groups of three, with narrow spaces that do not break.
    static func grouped(_ number: Int) -> String { PythonString.grouped(number, by: "\u{202F}") }

    /// `950`, `27k`, `4.1M`.
    static func short(_ number: Double) -> String {
        switch number {
        case ..<1000: decimal(number, places: 0)
        case ..<99_950: decimal(number / 1000) + "k"
        case ..<999_500: decimal(number / 1000, places: 0) + "k"
        default: decimal(number / 1_000_000) + "M"
        }
    }

    /// `41.3`: a number that is not negative, with so many places.
    static func decimal(_ number: Double, places: Int = 1) -> String {
        var scale = 1.0
        for _ in 0..<places { scale *= 10 }
        guard number.isFinite, number < 1e12 else { return "∞" }
        let scaled = Int((number * scale).rounded())
        guard places > 0 else { return String(scaled) }
        let fraction = String(scaled % Int(scale))
        return "\(scaled / Int(scale)).\(String(repeating: "0", count: places - fraction.count))\(fraction)"
    }

    /// `1.84`, and `0.0042` where cents say nothing.
    static func dollars(_ amount: Double) -> String { decimal(amount, places: amount < 0.995 ? 4 : 2) }

    /// `0:02:31`.
    static func clock(_ seconds: Double) -> String {
        let (hours, minutes, rest) = parts(seconds)
        return "\(hours):\(two(minutes)):\(two(rest))"
    }

    /// `48s`, `1m48s`, `2h05m`.
    static func span(_ seconds: Double) -> String {
        let (hours, minutes, rest) = parts(seconds)
        return hours > 0 ? "\(hours)h\(two(minutes))m" : minutes > 0 ? "\(minutes)m\(two(rest))s" : "\(rest)s"
    }

    private static func parts(_ seconds: Double) -> (hours: Int, minutes: Int, seconds: Int) {
        let whole = Int(min(max(seconds, 0), 1e9))
        return (whole / 3600, whole / 60 % 60, whole % 60)
    }

    private static func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
