/// Chooses the failed rows that are worth a line: of each error code one in five seconds.
///
/// Time is passed in, in seconds.
struct ErrorLines {
    private var told: [String: (time: Double, passedOver: Int)] = [:]

    /// The line for a failed row; nil when one of its kind was told of just now.
    mutating func line(row: String, code: String, message: String, at time: Double) -> String? {
        if let last = told[code], time - last.time < 5 {
            told[code] = (last.time, last.passedOver + 1)
            return nil
        }
        let more = told[code]?.passedOver ?? 0
        told[code] = (time, 0)
        let others = more > 0 ? " (and \(more) more before it)" : ""
        return "row \(row): \(code): \(message)\(others)"
    }
}
