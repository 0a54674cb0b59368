import Console
import DSPyClients

/// `--concurrency` and `--rate-limit`.
enum PaceFlags {
    /// The pace that the flags ask for.
    static func pace(_ arguments: ParsedArguments, longestWait: Double) throws -> CallPace {
        var pace = CallPace(longestWait: longestWait)
        if let text = arguments.string("concurrency"), text != "auto" {
            guard let bounds = bounds(text) else {
                throw arguments.table.failure(
                    "option '--concurrency' takes a number from 1 to 10000, MIN-MAX or auto, not '\(text)'")
            }
            pace.bounds = bounds
        }
        guard let text = arguments.string("rate-limit") else { return pace }
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let words = part.split(separator: "=", maxSplits: 1)
            let rate = words.count == 2 ? Double(words[1]).flatMap { $0 > 0 && $0.isFinite ? $0 : nil } : nil
            switch (words.first, rate) {
            case ("rpm"?, let rate?): pace.requestsPerMinute = rate
            case ("tpm"?, let rate?): pace.tokensPerMinute = rate
            default:
                throw arguments.table.failure("option '--rate-limit' takes rpm=N, tpm=N or both, not '\(text)'")
            }
        }
        return pace
    }

    private static func bounds(_ text: String) -> ClosedRange<Int>? {
        let ends = text.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
        guard ends.count <= 2, let low = ends.first ?? nil, let high = ends.last ?? nil else { return nil }
        return 1 <= low && low <= high && high <= 10_000 ? low...high : nil
    }
}
