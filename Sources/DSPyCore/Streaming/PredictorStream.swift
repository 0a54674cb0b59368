import OrderedJSON
import Synchronization

/// Tells one call of a predictor while it runs: its requests, their answers, the fields in them.
package final class PredictorStream: Sendable {
    private let call: PredictorCall
    private let chosen: Set<String>?
    private let observer: RunObserver
    private let count: AnswerCount
    private let trace: (trace: RunTrace, predictor: PredictorID)?
    private let ownUsage = UsageTracker()
    private let fields = Mutex<FieldStream?>(nil)

    init(
        _ call: PredictorCall, fields: Set<String>?, observer: RunObserver, count: AnswerCount,
        trace: (trace: RunTrace, predictor: PredictorID)?
    ) {
        self.trace = trace
        self.call = call
        chosen = fields
        self.observer = observer
        self.count = count
    }

    /// Runs the call, and tells its start and its end.
    func run<Result>(_ model: String, _ body: () async throws -> Result) async throws -> Result {
        try await observer.emit(.callStart(call, model: model))
        do {
            let result = try await body()
            try await observer.emit(.callEnd(call, usage: ownUsage.byModel, failure: nil))
            return result
        } catch {
            try await observer.emit(.callEnd(call, usage: ownUsage.byModel, failure: error))
            throw error
        }
    }

    /// An attempt in a format begins; what an earlier one told is void.
    func begin(rendered: Signature, original: Signature, format: StreamFormat) async throws {
        let fresh = FieldStream(rendered: rendered, original: original, format: format, fields: chosen)
        let resets = fields.withLock { fields in
            let resets = fields?.void() ?? []
            fields = fresh
            return resets
        }
        try await tell(resets)
    }

    /// Asks the model, and tells the answer while it comes in.
    func complete(_ lm: any LanguageModel, _ request: LMRequest) async throws -> LMResponse {
        try Task.checkCancellation()
        try await observer.emit(.lmStart(call, model: lm.model, request: request))
        let response: LMResponse
        do {
            response = try await traced(lm, request)
        } catch {
            try await observer.emit(.lmEnd(call, response: nil))
            throw error
        }
        count.add(response, model: lm.model)
        ownUsage.add(response, model: lm.model)
        try await observer.emit(.lmEnd(call, response: response))
        return response
    }

    private func traced(_ lm: any LanguageModel, _ request: LMRequest) async throws -> LMResponse {
        guard let (trace, predictor) = trace else {
            return try await lm.stream(request) { event in try await take(event) }
        }
        return try await trace.timed({ .model(predictor, model: lm.model, request: request, outcome: $0) }) {
            try await lm.stream(request) { event in
                if case .restart(let restart) = event {
                    trace.note(.retry(predictor, model: lm.model, restart), .now)
                }
                try await take(event)
            }
        }
    }

    /// The answer was read: the rest of the fields.
    func finish(_ values: ValueDict) async throws {
        try await tell(fields.withLock { $0?.finish(values) ?? [] })
    }

    private func take(_ event: LMStreamEvent) async throws {
        try await observer.emit(.model(call, event))
        try await tell(fields.withLock { $0?.take(event) ?? [] })
    }

    private func tell(_ changes: [FieldChange]) async throws {
        for change in changes { try await observer.emit(.field(call, change)) }
    }
}
