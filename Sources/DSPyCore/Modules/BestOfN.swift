import OrderedJSON

/// Rates one attempt: the inputs and what the module made of them.
public typealias RewardFunction = @Sendable (ValueDict, Prediction) async throws -> Double

/// Runs a module several times, each time anew at temperature 1, and keeps the attempt with the highest reward.
///
/// - Source: dspy/predict/best_of_n.py (3.4.1).
public struct BestOfN: Module {
    /// What is tried.
    public var module: any Module
    /// How often at most.
    public var n: Int
    /// The reward that is good enough to stop; nil never is.
    public var threshold: Double?
    /// Rates an attempt.
    public var reward: RewardFunction
    /// How many attempts may fail; by default `n`.
    public var failCount: Int

    /// Attempts at a module.
    public init(
        _ module: any Module, n: Int, threshold: Double?, reward: @escaping RewardFunction, failCount: Int? = nil
    ) {
        self.module = module
        self.n = n
        self.threshold = threshold
        self.reward = reward
        self.failCount = failCount.flatMap { $0 == 0 ? nil : $0 } ?? n
    }

    /// `module`.
    public var submodules: [(name: String, module: any Module)] { [("module", module)] }

    /// Tries until an attempt is good enough.
    ///
    /// - Throws: What an attempt threw, when too many failed or none is left; DSPy returns None in the last case.
    public func forward(_ inputs: ValueDict, in context: RunContext) async throws -> Prediction {
        var rounds = Rollouts(n: n, failCount: failCount)
        while let attempt = rounds.next(for: module, in: context) {
            do {
                let prediction = try await module.call(inputs, in: attempt)
                rounds.note(prediction, reward: try await reward(inputs, prediction))
                if let threshold, rounds.lastReward >= threshold { break }
            } catch {
                try rounds.fail(error, "BestOfN", context)
            }
        }
        return try rounds.best()
    }
}

/// The attempts of `BestOfN` and `Refine`: numbers, contexts, the best so far, and how many may still fail.
struct Rollouts {
    private let count: Int
    private var mayFail: Int
    private var started = 0
    private var kept: (prediction: Prediction, reward: Double)?
    private var failure: (any Error)?
    private(set) var lastReward = -Double.infinity

    init(n: Int, failCount: Int) {
        count = n
        mayFail = failCount
    }

    /// Whether the attempt that runs is the last.
    var isLast: Bool { started == count }

    /// The context of the next attempt, in which models answer anew; nil after the last.
    mutating func next(for module: any Module, in context: RunContext) -> RunContext? {
        guard started < count else { return nil }
        let lm = module.namedPredictors().lazy.compactMap(\.predict.lm).first ?? context.lm
        let start = (context.lmOptions["rollout_id"] ?? lm?.defaults["rollout_id"])?.int ?? 0
        var attempt = context
        attempt.lmOptions["temperature"] = 1.0
        attempt.lmOptions["rollout_id"] = .int(start &+ started)
        started += 1
        return attempt
    }

    mutating func note(_ prediction: Prediction, reward: Double) {
        lastReward = reward
        if reward > kept?.reward ?? -.infinity { kept = (prediction, reward) }
    }

    /// An attempt failed; too many end it all.
    mutating func fail(_ error: any Error, _ name: String, _ context: RunContext) throws {
        if error is CancellationError { throw error }
        context.warn("\(name): attempt \(started) failed: \(error)")
        // As in DSPy, where the allowance shrinks with each failure.
        if started - 1 > mayFail { throw error }
        mayFail -= 1
        failure = error
    }

    func best() throws -> Prediction {
        if let kept { return kept.prediction }
        throw failure ?? ModuleError("ValueError", "no attempt was made: `n` is \(count)")
    }
}
