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

        /// A predictor.
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

    /// A stream for one call of a predictor; nil when nobody listens to it.
    func stream(of predict: Predict, usage: UsageTracker) -> PredictorStream? {
        guard let target = targets[predict.id] ?? (isOpen ? Target(name: "self", node: "self") : nil) else {
            return nil
        }
        let number = calls.withLock { calls in
            calls[predict.id, default: 0] += 1
            return calls[predict.id, default: 1]
        }
        let call = PredictorCall(predictName: target.name, node: target.node, number: number)
        return PredictorStream(call, fields: target.fields, observer: self, usage: usage)
    }
}

extension RunContext {
    /// Sends a line of one's own to whoever listens to the run (`StreamItem.custom`).
    public func emit(_ text: String) async throws { try await observer?.emit(.custom(text)) }

    /// Tells whoever listens that a tool begins.
    public func toolStarted(_ name: String, _ arguments: ValueDict) async throws {
        try await observer?.emit(.toolStart(name: name, arguments: arguments))
    }

    /// Tells whoever listens what a tool gave.
    public func toolEnded(_ name: String, _ result: Value) async throws {
        try await observer?.emit(.toolEnd(name: name, result: result))
    }
}
