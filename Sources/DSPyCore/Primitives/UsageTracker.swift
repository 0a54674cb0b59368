import Basics
public import OrderedJSON
import Synchronization

/// Sums token counts by model over the calls of one run.
///
/// What a tracker counts, its parent counts too, at once: a run that fails later has told all that it used.
///
/// - Source: dspy/utils/usage_tracker.py (3.4.1); there a parent hears of it when its child ends.
public final class UsageTracker: Sendable {
    private struct Counts {
        var byModel = JSONObject()
        var calls = 0
        var attempts = 0
        var retries = 0
        var cached = 0
        var cut: String?
    }

    private let counts = Mutex(Counts())
    private let parent: UsageTracker?

    /// A tracker that has seen nothing.
    ///
    /// - Parameter parent: Counts the same as well; nil for none.
    public init(parent: UsageTracker? = nil) { self.parent = parent }

    /// Adds what one answer used.
    public func add(_ response: LMResponse, model: String) {
        counts.withLock { counts in
            counts.calls += 1
            counts.attempts = counts.attempts.adding(saturating: response.attempts)
            counts.retries = counts.retries.adding(saturating: response.retries)
            counts.cached += response.isCached ? 1 : 0
            guard !response.usage.isEmpty else { return }
            let before = counts.byModel[model]?.object
            counts.byModel[model] = .object(before.map { Self.sum($0, response.usage) } ?? response.usage)
        }
        parent?.add(response, model: model)
    }

    /// Notes that an answer is only half there.
    func note(cut reason: String) {
        counts.withLock { $0.cut = $0.cut ?? reason }
        parent?.note(cut: reason)
    }

    /// Why the first answer that is only half there ended, as the provider says; nil when all are whole.
    package var cut: String? { counts.withLock { $0.cut } }

    /// Token counts by model so far.
    public var byModel: JSONObject { counts.withLock { $0.byModel } }
    /// How many calls were answered, how many requests went out for them, and how many answers came from a cache.
    public var totals: (calls: Int, attempts: Int, cached: Int) {
        counts.withLock { ($0.calls, $0.attempts, $0.cached) }
    }
    /// How many requests went out because one before had failed.
    public var retries: Int { counts.withLock { $0.retries } }

    /// The sums of two usages, member by member; an int stays within its range.
    package static func sum(_ left: JSONObject, _ right: JSONObject) -> JSONObject {
        var total = left
        for (key, value) in right {
            switch (total[key], value) {
            case (.int(let a)?, .int(let b)): total[key] = .int(a.adding(saturating: b))
            case (.object(let a)?, .object(let b)): total[key] = .object(sum(a, b))
            case (let old?, let new):
                if let a = old.number, let b = new.number {
                    total[key] = .double(a + b)
                } else if old.isNull {
                    total[key] = new
                }
            case (nil, let new): total[key] = new
            }
        }
        return total
    }
}
