import Transport
import Basics
import DSPyCore

/// How long a provider asks to wait: `Retry-After` in its many spellings, or one of the millisecond headers.
///
/// - Source: dspy/_vendor/lm15/providers/base.py (3.4.1), `_attach_retry_after`.
enum RetryAfter {
    /// Seconds to wait, or nil when the headers do not say.
    static func seconds(in headers: HTTPHeaders, now: Double) -> Double? {
        if let text = headers["retry-after"], let seconds = wait(text, now: now) { return seconds }
        for name in ["retry-after-ms", "x-ms-retry-after-ms"] {
            if let text = headers[name], let milliseconds = number(text) {
                return min(milliseconds / 1000, Duration.longestSeconds)
            }
        }
        return nil
    }

    /// Seconds from now on that a text means: seconds, `6m0s`, `12ms`, seconds or milliseconds since 1970, or a date.
    ///
    /// At most about thirty years, whatever the provider says.
    static func wait(_ text: String, now: Double) -> Double? {
        seconds(text, now: now).map { min($0, Duration.longestSeconds) }
    }

    private static func seconds(_ text: String, now: Double) -> Double? {
        if let value = number(text) {
            if value >= 1e11 { return max(0, value / 1000 - now) }
            return value >= 1e9 ? max(0, value - now) : value
        }
        return duration(text) ?? (HTTPDate.seconds(text) ?? HTTPDate.isoSeconds(text)).map { max(0, $0 - now) }
    }

    private static func number(_ text: String) -> Double? {
        guard let value = Double(text), value.isFinite, value >= 0 else { return nil }
        return value
    }

    /// `1h2m3.5s`, `6m0s`, `12ms`.
    private static func duration(_ text: String) -> Double? {
        var rest = text[...]
        var total = 0.0
        while !rest.isEmpty {
            let digits = rest.prefix { $0.isASCII && $0.isNumber || $0 == "." }
            rest = rest.dropFirst(digits.count)
            let unit = rest.prefix { $0.isASCII && $0.isLetter }
            rest = rest.dropFirst(unit.count)
            guard let value = number(String(digits)), let size = units[String(unit)] else { return nil }
            total += value * size
        }
        return text.isEmpty ? nil : total
    }

    private static let units = ["d": 86_400.0, "h": 3600, "m": 60, "s": 1, "ms": 0.001, "us": 1e-6, "ns": 1e-9]
}

/// A date as HTTP writes it, in any of its three forms (RFC 9110 §5.6.7).
enum HTTPDate {
    /// Seconds since 1970, or nil when the text is no date.
    static func seconds(_ text: String) -> Double? {
        let words = text.split { " ,-".contains($0) }.map(String.init)
        // Sun, 06 Nov 1994 08:49:37 GMT | Sunday, 06-Nov-94 08:49:37 GMT | Sun Nov  6 08:49:37 1994
        guard words.count == 5 || words.count == 6 else { return nil }
        let isAsctime = Int(words[1]) == nil
        let (day, month, year, clock) =
            isAsctime ? (words[2], words[1], words[4], words[3]) : (words[1], words[2], words[3], words[4])
        let time = clock.split(separator: ":").compactMap { Int($0) }
        guard let day = Int(day), let month = months.firstIndex(of: month.lowercased()), var year = Int(year),
            time.count == 3, (0...9999).contains(year), (1...31).contains(day), isClock(time[0], time[1], time[2])
        else { return nil }
        if year < 100 { year += year < 70 ? 2000 : 1900 }
        let days = daysSince1970(year: year, month: month + 1, day: day)
        return Double(days * 86_400 + time[0] * 3600 + time[1] * 60 + time[2])
    }

    /// Seconds since 1970 of a date such as `2026-01-27T12:00:00Z`, or nil when the text is none.
    static func isoSeconds(_ text: String) -> Double? {
        let parts = text.split(maxSplits: 1) { "Tt ".contains($0) }
        guard parts.count == 2 else { return nil }
        let date = parts[0].split(separator: "-").compactMap { Int($0) }
        let offset = parts[1].lastIndex { "+-".contains($0) }
        let clock = parts[1][..<(offset ?? parts[1].endIndex)].filter { !"Zz".contains($0) }.split(separator: ":")
        let time = clock.compactMap { Double($0) }
        guard date.count == 3, time.count == 3, clock.count == 3, (0...9999).contains(date[0]),
            (1...12).contains(date[1]), (1...31).contains(date[2]), isClock(time[0], time[1], time[2])
        else { return nil }
        var seconds = Double(daysSince1970(year: date[0], month: date[1], day: date[2]) * 86_400)
        seconds += time[0] * 3600 + time[1] * 60 + time[2]
        if let offset {
            let shift = parts[1][offset...].dropFirst().split(separator: ":").compactMap { Double($0) }
            guard let hours = shift.first, shift.allSatisfy({ (0..<100).contains($0) }) else { return nil }
            seconds -= (hours * 3600 + (shift.count > 1 ? shift[1] : 0) * 60) * (parts[1][offset] == "-" ? -1 : 1)
        }
        return seconds
    }

    /// Whether hours, minutes and seconds stand in a day; one that has a leap second ends with 60.
    private static func isClock<Number: Comparable & ExpressibleByIntegerLiteral>(
        _ hours: Number, _ minutes: Number, _ seconds: Number
    ) -> Bool {
        hours >= 0 && hours <= 24 && minutes >= 0 && minutes < 60 && seconds >= 0 && seconds < 61
    }

    private static let months = [
        "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
    ]

    private static func daysSince1970(year: Int, month: Int, day: Int) -> Int {
        // Years that start in March put the leap day at their end.
        let shifted = month <= 2 ? year - 1 : year
        let era = (shifted >= 0 ? shifted : shifted - 399) / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }
}
