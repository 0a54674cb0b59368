import DSPyCore

/// Times at offsets from UTC, as texts name them.
enum LocalTime {
    /// The seconds east of UTC that `UTC`, `Z`, `+02:00`, `-0330` or `UTC+2` mean.
    ///
    /// - Throws: `ToolError` (`ValueError`) for anything else.
    static func offset(_ text: String) throws(ToolError) -> Int {
        var rest = text.utf8[...]
        let name = String(decoding: rest.prefix(3), as: UTF8.self).uppercased()
        if name == "UTC" || name == "GMT" { rest = rest.dropFirst(3) }
        if rest.isEmpty && !text.isEmpty || text == "Z" || text == "z" { return 0 }
        let refusal = ToolError("ValueError", "the timezone \"\(text)\" is neither UTC nor an offset such as +02:00")
        guard let sign = rest.popFirst(), sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") else { throw refusal }
        let parts = rest.split(separator: UInt8(ascii: ":"), maxSplits: 1, omittingEmptySubsequences: false)
        let isPlain = parts.count == 1 && rest.count == 4
        let (hourText, minuteText) =
            isPlain ? (rest.prefix(2), rest.suffix(2)) : (parts[0], parts.count == 2 ? parts[1] : "00".utf8[...])
        guard (1...2).contains(hourText.count), minuteText.count == 2, let hours = number(hourText),
            let minutes = number(minuteText), hours <= 14, minutes < 60
        else { throw refusal }
        let seconds = (hours * 60 + minutes) * 60
        return sign == UInt8(ascii: "-") ? -seconds : seconds
    }

    /// A time as date and time of day at an offset.
    ///
    /// - Throws: `ToolError` (`OverflowError`) beyond the year 9999.
    static func moment(_ seconds: Int, offset: Int) throws(ToolError) -> CivilDateTime {
        let local = seconds + offset
        let day = (local >= 0 ? local : local - 86_399) / 86_400
        let rest = local - day * 86_400
        guard let date = CivilDate(daysSinceEpoch: day),
            let time = CivilTime(hour: rest / 3600, minute: rest / 60 % 60, second: rest % 60, offset: offset)
        else { throw ToolError("OverflowError", "the clock shows no year from 1 to 9999") }
        return CivilDateTime(date: date, time: time)
    }

    private static func number(_ digits: Substring.UTF8View) -> Int? {
        digits.allSatisfy { (0x30...0x39).contains($0) } ? Int(String(decoding: digits, as: UTF8.self)) : nil
    }
}
