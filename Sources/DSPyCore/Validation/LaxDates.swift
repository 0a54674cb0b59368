/// The texts and numbers that pydantic's lax mode takes for dates and times: ISO 8601 and Unix timestamps.
enum LaxDates {
    /// The value as a date, datetime, time or timedelta; nil when it is none.
    static func fit(_ value: Value, _ type: FieldType) -> Value? {
        switch type {
        case .date: date(value)
        case .dateTime: dateTime(value).map { .dateTime($0) }
        case .time: time(value).map { .time($0) }
        case .duration: duration(value).map { .duration($0) }
        default: nil
        }
    }

    private static func date(_ value: Value) -> Value? {
        if case .string(let text) = value {
            var scanner = Scanner(text)
            if let date = scanner.date(), scanner.isAtEnd { return .date(date) }
        }
        guard let moment = dateTime(value), moment.time.hour == 0, moment.time.minute == 0, moment.time.second == 0,
            moment.time.microsecond == 0
        else { return nil }
        return .date(moment.date)
    }

    private static func dateTime(_ value: Value) -> CivilDateTime? {
        switch value {
        case .dateTime(let moment): return moment
        case .date(let date): return CivilTime(hour: 0, minute: 0).map { CivilDateTime(date: date, time: $0) }
        case .int(let seconds): return timestamp(seconds: seconds, fraction: 0)
        case .float(let seconds): return timestamp(seconds)
        case .string(let text):
            var scanner = Scanner(text)
            if let moment = scanner.dateTime(), scanner.isAtEnd { return moment }
            return text.utf8.contains(UInt8(ascii: ".")) || Int(text) == nil
                ? plainNumber(text).flatMap(timestamp) : Int(text).flatMap { timestamp(seconds: $0, fraction: 0) }
        default: return nil
        }
    }

    private static func plainNumber(_ text: String) -> Double? {
        let isPlain = text.utf8.allSatisfy { (0x30...0x39).contains($0) || $0 == 0x2E || $0 == 0x2D }
        return isPlain ? Double(text) : nil
    }

    private static func timestamp(_ number: Double) -> CivilDateTime? {
        guard number.isFinite, number.magnitude < 1e16 else { return nil }
        let whole = number.rounded(.down)
        return timestamp(seconds: Int(whole), fraction: Int(((number - whole) * 1_000_000).rounded()))
    }

    /// Numbers beyond 20,000,000,000 are milliseconds.
    private static func timestamp(seconds: Int, fraction: Int) -> CivilDateTime? {
        var (seconds, micros) = (seconds, fraction)
        if seconds.magnitude > 20_000_000_000 {
            guard seconds.magnitude < 1_000_000_000_000_000 else { return nil }
            micros = ((seconds % 1000 + 1000) % 1000) * 1000
            seconds = seconds >= 0 ? seconds / 1000 : -((-seconds + 999) / 1000)
        }
        seconds += micros / 1_000_000
        micros %= 1_000_000
        let days = seconds >= 0 ? seconds / 86_400 : -((-seconds + 86_399) / 86_400)
        let rest = seconds - days * 86_400
        guard let date = CivilDate(daysSinceEpoch: days),
            let time = CivilTime(
                hour: rest / 3600, minute: rest / 60 % 60, second: rest % 60, microsecond: micros, offset: 0)
        else { return nil }
        return CivilDateTime(date: date, time: time)
    }

    private static func time(_ value: Value) -> CivilTime? {
        switch value {
        case .string(let text):
            var scanner = Scanner(text)
            guard let time = scanner.time(), scanner.isAtEnd else { return nil }
            return time
        case .int(let seconds):
            guard (0..<86_400).contains(seconds) else { return nil }
            return timestamp(seconds: seconds, fraction: 0)?.time
        case .float(let seconds):
            guard (0..<86_400).contains(seconds) else { return nil }
            return timestamp(seconds)?.time
        default: return nil
        }
    }

    private static func duration(_ value: Value) -> CivilDuration? {
        switch value {
        case .bool(let flag): return CivilDuration(microseconds: flag ? 1_000_000 : 0)
        case .int(let seconds):
            guard seconds.magnitude < 9_000_000_000_000 else { return nil }
            return CivilDuration(microseconds: seconds * 1_000_000)
        case .float(let seconds):
            guard seconds.isFinite, seconds.magnitude < 9e12 else { return nil }
            let whole = seconds.rounded(.towardZero)
            return CivilDuration(
                microseconds: Int(whole) * 1_000_000 + Int(((seconds - whole) * 1_000_000).rounded()))
        case .string(let text):
            var scanner = Scanner(text)
            guard let duration = scanner.duration(), scanner.isAtEnd else { return nil }
            return duration
        default: return nil
        }
    }
}

/// Reads ISO 8601 from left to right.
private struct Scanner {
    private let bytes: [UInt8]
    private var place = 0

    init(_ text: String) { bytes = Array(text.utf8) }

    var isAtEnd: Bool { place == bytes.count }
    private var next: UInt8? { place < bytes.count ? bytes[place] : nil }

    private mutating func take(_ accepted: String) -> Bool {
        guard let next, accepted.utf8.contains(next) else { return false }
        place += 1
        return true
    }

    private mutating func digits(_ count: Int) -> Int? {
        guard place + count <= bytes.count else { return nil }
        let slice = bytes[place..<(place + count)]
        guard slice.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        place += count
        return Int(String(decoding: slice, as: UTF8.self))
    }

    mutating func date() -> CivilDate? {
        guard let year = digits(4), take("-"), let month = digits(2), take("-"), let day = digits(2) else { return nil }
        return CivilDate(year: year, month: month, day: day)
    }

    mutating func dateTime() -> CivilDateTime? {
        guard let date = date() else { return nil }
        if isAtEnd { return CivilTime(hour: 0, minute: 0).map { CivilDateTime(date: date, time: $0) } }
        guard take("Tt _"), let time = time() else { return nil }
        return CivilDateTime(date: date, time: time)
    }

    mutating func time() -> CivilTime? {
        guard let hour = digits(2), take(":"), let minute = digits(2) else { return nil }
        var (second, micros) = (0, 0)
        if take(":") {
            guard let seconds = digits(2) else { return nil }
            second = seconds
            if take(".,") {
                let start = place
                while let next, (0x30...0x39).contains(next) { place += 1 }
                guard place > start, place - start <= 9 else { return nil }
                let fraction = String(decoding: bytes[start..<place], as: UTF8.self) + "000000"
                micros = Int(fraction.prefix(6)) ?? 0
            }
        }
        var offset: Int?
        if take("Zz") {
            offset = 0
        } else if let sign = next, take("+-") {
            guard let hours = digits(2) else { return nil }
            _ = take(":")
            guard let minutes = digits(2), minutes < 60, hours < 24 else { return nil }
            offset = (hours * 3600 + minutes * 60) * (sign == UInt8(ascii: "-") ? -1 : 1)
        }
        return CivilTime(hour: hour, minute: minute, second: second, microsecond: micros, offset: offset)
    }

    /// ISO 8601's `P1DT2H`, or `1 day, 01:02:03`, or `01:02:03`.
    ///
    /// - Source: the crate speedate, `Duration::parse_bytes`.
    mutating func duration() -> CivilDuration? {
        let isNegative = next == UInt8(ascii: "-")
        if isNegative || next == UInt8(ascii: "+") { place += 1 }
        let seconds: Double?
        if take("P") {
            seconds = isoDuration()
        } else if bytes.count < 5 || bytes.contains(where: { $0 | 0x20 == UInt8(ascii: "d") }) {
            seconds = dayDuration()
        } else {
            seconds = clock()
        }
        guard let seconds, seconds.magnitude < 9e12 else { return nil }
        let micros = Int((seconds * 1_000_000).rounded())
        return CivilDuration(microseconds: isNegative ? -micros : micros)
    }

    private mutating func isoDuration() -> Double? {
        var seconds = 0.0
        var isInTime = false
        var hadFraction = false
        while !isAtEnd {
            if take("T") {
                guard !isInTime else { return nil }
                isInTime = true
                continue
            }
            guard !hadFraction, let whole = digits() else { return nil }
            var amount = whole
            if take(".,") {
                let start = place
                _ = digits()
                hadFraction = true
                amount = Double(String(decoding: bytes[start..<place], as: UTF8.self).fraction(after: whole)) ?? whole
            }
            guard let unit = next, let length = Self.length(of: unit, isInTime: isInTime) else { return nil }
            place += 1
            seconds += amount * length
        }
        return place >= 3 ? seconds : nil
    }

    private static func length(of unit: UInt8, isInTime: Bool) -> Double? {
        switch (unit, isInTime) {
        case (UInt8(ascii: "Y"), false): 31_536_000
        case (UInt8(ascii: "M"), false): 2_592_000
        case (UInt8(ascii: "W"), false): 604_800
        case (UInt8(ascii: "D"), false): 86_400
        case (UInt8(ascii: "H"), true): 3600
        case (UInt8(ascii: "M"), true): 60
        case (UInt8(ascii: "S"), true): 1
        default: nil
        }
    }

    /// A run of digits, at least one.
    private mutating func digits() -> Double? {
        let start = place
        while let next, (0x30...0x39).contains(next) { place += 1 }
        return place > start ? Double(String(decoding: bytes[start..<place], as: UTF8.self)) : nil
    }

    private mutating func dayDuration() -> Double? {
        guard let days = digits() else { return nil }
        _ = take(" ")
        guard take("dD") else { return nil }
        // The rest of the word is of one case.
        if take("a") {
            guard take("y") else { return nil }
            _ = take("s")
        } else if take("A") {
            guard take("Y") else { return nil }
            _ = take("S")
        }
        let seconds = days * 86_400
        if isAtEnd { return seconds }
        _ = take(",")
        if isAtEnd { return seconds }
        guard take(" ") || next.map({ (0x30...0x39).contains($0) }) == true else { return nil }
        if isAtEnd { return seconds }
        return clock().flatMap { $0 < 86_400 ? seconds + $0 : nil }
    }

    /// Hours of any number of digits, minutes and perhaps seconds of two.
    private mutating func clock() -> Double? {
        guard bytes.count - place >= 5, let hours = digits(), take(":"), let minutes = digits(2), minutes < 60 else {
            return nil
        }
        let whole = hours * 3600 + Double(minutes * 60)
        guard take(":") else { return whole }
        guard let seconds = digits(2), seconds < 60 else { return nil }
        guard take(".,") else { return whole + Double(seconds) }
        let start = place
        guard digits() != nil else { return nil }
        let fraction = String(decoding: bytes[start..<place], as: UTF8.self).fraction(after: Double(seconds))
        return Double(fraction).map { whole + $0 }
    }
}

extension String {
    /// A whole number and these digits behind its point.
    fileprivate func fraction(after whole: Double) -> String {
        "\(Int(whole.magnitude < 1e15 ? whole : 0)).\(isEmpty ? "0" : self)"
    }
}
