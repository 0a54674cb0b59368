import OrderedJSON
import Synchronization

/// Hears what a run does, and knows which predictors are listened to.
///
/// Events of parallel branches come as they happen. Who emits waits until the event was taken.
package final class RunObserver: Sendable {
    /// A predictor that is listened to.
    package struct Target: Sendable {
        /// DSPy's name.
        package var name: String
        /// The node's name.
        package var node: String
        /// The output fields that are told; nil for all.
        package var fields: Set<String>?

        package init(name: String, node: String, fields: Set<String>? = nil) {
            self.name = name
            self.node = node
            self.fields = fields
        }
    }

    /// Emits an event, and waits until it was taken.
    package let emit: @Sendable (RunEvent) async throws -> Void
    private let targets: [PredictorID: Target]
    private let isOpen: Bool
    private let calls = Mutex<[PredictorID: Int]>([:])
    private let tools = Mutex(0)

    /// An observer of chosen predictors.
    ///
    /// - Parameters:
    ///   - targets: Whom it listens to.
    ///   - isOpen: Whether it also listens to predictors that are not among them.
    package init(
        targets: [PredictorID: Target], isOpen: Bool, emit: @escaping @Sendable (RunEvent) async throws -> Void
    ) {
        self.targets = targets
        self.isOpen = isOpen
        self.emit = emit
    }

    /// An observer of all predictors of a program, and all their fields.
    package convenience init(of program: any Module, emit: @escaping @Sendable (RunEvent) async throws -> Void) {
        let targets = program.namedPredictors().map { ($0.predict.id, Target(name: $0.name, node: $0.node)) }
        self.init(targets: Dictionary(targets) { first, _ in first }, isOpen: true, emit: emit)
    }

    /// The id of the next call of a tool, `c1`.
    func nextToolID() -> String {
        tools.withLock { count in
            count += 1
            return "c\(count)"
        }
    }

    /// A stream for one call of a predictor; nil when nobody listens to it.
    func stream(of predict: Predict, count: AnswerCount, trace: RunTrace?) -> PredictorStream? {
        guard let target = targets[predict.id] ?? (isOpen ? Target(name: "self", node: "self") : nil) else {
            return nil
        }
        let number = calls.withLock { calls in
            calls[predict.id, default: 0] += 1
            return calls[predict.id, default: 1]
        }
        let call = PredictorCall(predictName: target.name, node: target.node, number: number)
        return PredictorStream(
            call, fields: target.fields, observer: self, count: count, trace: trace.map { ($0, predict.id) })
    }
}

extension RunContext {
    /// Sends a line of one's own to whoever listens to the run (`StreamItem.custom`).
    public func emit(_ text: String) async throws { try await observer?.emit(.custom(text)) }

    /// Runs a tool's call with listeners told of its start and its end, and the trace of its outcome.
    ///
    /// - Returns: What the tool gave, or why it failed.
    /// - Throws: Only what ends the run: `CancellationError`, and what listeners throw.
    public func watchingTool(
        _ name: String, _ arguments: ValueDict, _ run: () async throws -> Value
    ) async throws -> Result<Value, any Error> {
        let start = ContinuousClock.now
        let id = observer?.nextToolID() ?? ""
        try await observer?.emit(.toolStart(id: id, name: name, arguments: arguments))
        let outcome: Result<Value, any Error>
        do { outcome = .success(try await run()) } catch {
            // A run that ends takes its tools with it; a tool that was cancelled by itself has failed.
            if error is CancellationError { try Task.checkCancellation() }
            outcome = .failure(error)
        }
        trace?.note(.tool(name: name, arguments: arguments, outcome: outcome), start)
        try await observer?.emit(.toolEnd(id: id, name: name, outcome: outcome))
        return outcome
    }
}
