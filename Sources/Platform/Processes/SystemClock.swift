#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The time of day.
package enum SystemClock {
    /// Seconds since 1970.
    package static var seconds: Int { time(nil) }

    /// A time in UTC, as ISO 8601 writes it: `2026-11-30T18:32:55Z`.
    package static func text(_ seconds: Int) -> String { text(seconds, "%Y-%m-%dT%H:%M:%SZ") { gmtime_r($0, $1) } }

    /// The time of day where the user is, `14:02:10`.
    package static func timeOfDay(_ seconds: Int) -> String { text(seconds, "%H:%M:%S") { localtime_r($0, $1) } }

    private static func text(
        _ seconds: Int, _ format: String,
        _ split: (UnsafePointer<time_t>, UnsafeMutablePointer<tm>) -> UnsafeMutablePointer<tm>?
    ) -> String {
        var (time, parts) = (time_t(seconds), tm())
        _ = split(&time, &parts)
        let text = [CChar](unsafeUninitializedCapacity: 32) { space, count in
            count = strftime(space.baseAddress, space.count, format, &parts)
        }
        return String(decoding: text.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
