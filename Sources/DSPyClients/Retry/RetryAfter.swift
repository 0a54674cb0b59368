/// How long a provider asks to wait: `Retry-After` as seconds or as a date, or one of the millisecond headers.
///
/// - Source: dspy/_vendor/lm15/providers/base.py (3.4.1), `_attach_retry_after`.
enum RetryAfter {
    /// Seconds to wait, or nil when the headers do not say.
    static func seconds(in headers: HTTPHeaders, now: Double) -> Double? {
        if let text = headers["retry-after"] {
            if let seconds = number(text) { return seconds }
            if let date = HTTPDate.seconds(text) { return max(0, date - now) }
        }
        for name in ["retry-after-ms", "x-ms-retry-after-ms"] {
            if let text = headers[name], let milliseconds = number(text) { return milliseconds / 1000 }
        }
        return nil
    }

    private static func number(_ text: String) -> Double? {
        guard let value = Double(text), value.isFinite, value >= 0 else { return nil }
        return value
    }
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
            time.count == 3
        else { return nil }
        if year < 100 { year += year < 70 ? 2000 : 1900 }
        let days = daysSince1970(year: year, month: month + 1, day: day)
        return Double(days * 86_400 + time[0] * 3600 + time[1] * 60 + time[2])
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
