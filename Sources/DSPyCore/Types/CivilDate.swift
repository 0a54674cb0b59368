/// A `datetime.date`.
public struct CivilDate: Sendable, Hashable {
    /// 1 to 9999.
    public var year: Int
    /// 1 to 12.
    public var month: Int
    /// 1 to 31.
    public var day: Int

    /// A date, or nil when there is no such day.
    public init?(year: Int, month: Int, day: Int) {
        guard (1...9999).contains(year), (1...12).contains(month),
            day >= 1, day <= Self.days(in: month, of: year)
        else { return nil }
        self.year = year
        self.month = month
        self.day = day
    }

    /// The date so many days after 1970-01-01, or nil outside the years 1 to 9999.
    public init?(daysSinceEpoch days: Int) {
        guard (-719_162...2_932_896).contains(days) else { return nil }
        // The proleptic Gregorian calendar in eras of 400 years that start on 1 March.
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        self.init(
            year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month: month,
            day: dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
    }

    /// `2024-01-02`.
    public var isoFormat: String { "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))" }

    private static func days(in month: Int, of year: Int) -> Int {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }
}

/// A `datetime.time`.
public struct CivilTime: Sendable, Hashable {
    /// 0 to 23.
    public var hour: Int
    /// 0 to 59.
    public var minute: Int
    /// 0 to 59.
    public var second: Int
    /// 0 to 999,999.
    public var microsecond: Int
    /// Seconds east of UTC, or nil for a time of no zone.
    public var offset: Int?

    /// A time, or nil when a part is out of its range.
    public init?(hour: Int, minute: Int, second: Int = 0, microsecond: Int = 0, offset: Int? = nil) {
        guard (0...23).contains(hour), (0...59).contains(minute), (0...59).contains(second),
            (0...999_999).contains(microsecond)
        else { return nil }
        self.hour = hour
        self.minute = minute
        self.second = second
        self.microsecond = microsecond
        self.offset = offset
    }

    /// `03:04:05.000100+02:00`; UTC is `+00:00` as Python prints it, or `Z` as pydantic does.
    public func isoFormat(utcAsZ: Bool) -> String {
        var text = "\(padded(hour, 2)):\(padded(minute, 2)):\(padded(second, 2))"
        if microsecond != 0 { text += ".\(padded(microsecond, 6))" }
        guard let offset else { return text }
        if offset == 0, utcAsZ { return text + "Z" }
        let minutes = abs(offset) / 60
        text += "\(offset < 0 ? "-" : "+")\(padded(minutes / 60, 2)):\(padded(minutes % 60, 2))"
        if !utcAsZ, abs(offset) % 60 != 0 { text += ":\(padded(abs(offset) % 60, 2))" }
        return text
    }

    /// The arguments of Python's repr: `3, 4, 5, tzinfo=TzInfo(0)`.
    var reprArguments: String {
        var text = "\(hour), \(minute)"
        if second != 0 || microsecond != 0 { text += ", \(second)" }
        if microsecond != 0 { text += ", \(microsecond)" }
        if let offset { text += ", tzinfo=TzInfo(\(offset))" }
        return text
    }
}

/// A `datetime.datetime`.
public struct CivilDateTime: Sendable, Hashable {
    /// The day.
    public var date: CivilDate
    /// The time of the day, with the offset from UTC if there is one.
    public var time: CivilTime

    /// A moment.
    public init(date: CivilDate, time: CivilTime) {
        self.date = date
        self.time = time
    }

    /// `2024-01-02T03:04:05Z`, as pydantic writes it into JSON.
    public var isoFormat: String { "\(date.isoFormat)T\(time.isoFormat(utcAsZ: true))" }
}

/// A `datetime.timedelta`.
public struct CivilDuration: Sendable, Hashable {
    /// The whole length in microseconds.
    public var microseconds: Int

    /// A length of time.
    public init(microseconds: Int) { self.microseconds = microseconds }

    /// `P1DT5.000005S`, as pydantic writes it into JSON.
    public var isoFormat: String {
        let total = microseconds.magnitude
        let days = total / 86_400_000_000
        let seconds = total / 1_000_000 % 86_400
        let micros = total % 1_000_000
        var text = microseconds < 0 ? "-P" : "P"
        if days >= 365 { text += "\(days / 365)Y" }
        if days % 365 != 0 { text += "\(days % 365)D" }
        guard seconds != 0 || micros != 0 || days == 0 else { return text }
        text += "T"
        if seconds >= 3600 { text += "\(seconds / 3600)H" }
        if seconds / 60 % 60 != 0 { text += "\(seconds / 60 % 60)M" }
        if seconds % 60 != 0 || micros != 0 || total == 0 {
            text += "\(seconds % 60)"
            if micros != 0 {
                var fraction = padded(Int(micros), 6)
                while fraction.last == "0" { fraction.removeLast() }
                text += ".\(fraction)"
            }
            text += "S"
        }
        return text
    }

    /// Python's normal form: days may be negative, the rest is not.
    var parts: (days: Int, seconds: Int, micros: Int) {
        let days =
            microseconds >= 0 ? microseconds / 86_400_000_000 : -((-microseconds + 86_399_999_999) / 86_400_000_000)
        let rest = microseconds - days * 86_400_000_000
        return (days, rest / 1_000_000, rest % 1_000_000)
    }

    /// Python's `str`: `1 day, 0:00:05.000005`.
    var pythonString: String {
        let (days, seconds, micros) = parts
        var text = days == 0 ? "" : "\(days) day\(abs(days) == 1 ? "" : "s"), "
        text += "\(seconds / 3600):\(padded(seconds / 60 % 60, 2)):\(padded(seconds % 60, 2))"
        if micros != 0 { text += ".\(padded(micros, 6))" }
        return text
    }

    /// Python's `repr`: `datetime.timedelta(days=1, seconds=5)`.
    var pythonRepr: String {
        let (days, seconds, micros) = parts
        var arguments: [String] = []
        if days != 0 { arguments.append("days=\(days)") }
        if seconds != 0 { arguments.append("seconds=\(seconds)") }
        if micros != 0 { arguments.append("microseconds=\(micros)") }
        return "datetime.timedelta(\(arguments.isEmpty ? "0" : arguments.joined(separator: ", ")))"
    }
}

private func padded(_ number: Int, _ width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
}
