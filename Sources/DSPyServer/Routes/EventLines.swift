import DSPyCore
import DSPyProgram
import HTTPServer
import OrderedJSON
import Synchronization

/// A run as events for scripts, a JSON object on each line: those of `run --stream=ndjson`.
final class EventLines: RunView {
    private struct State {
        var events: RunEvents
        /// Lines that wait until the run has shown that it gets anywhere.
        var held: [UInt8]? = []
    }

    private let call: RouteCall
    private let writer: AnswerWriter
    private let usage = UsageTracker()
    private let state: Mutex<State>

    init(_ call: RouteCall, _ writer: AnswerWriter) {
        self.call = call
        self.writer = writer
        state = Mutex(State(events: RunEvents(call.program.labels)))
    }

    /// Runs the program and writes what it does.
    func write(_ inputs: ValueDict) async {
        let program = call.program
        var context = program.context(of: call.request.id)
        context.usage = usage
        if !program.branches.isEmpty { context.branchFailed = { _, _ in } }
        let handed = context
        let outcome: Result<Prediction, any Error>
        do {
            let place = try call.workers.place()
            outcome = .success(
                try await call.request.stop.run { [self] in
                    try await call.workers.run(at: place) {
                        try await start(inputs.names)
                        return try await StreamedRun.predict(program.module, inputs, handed, program.labels, self)
                    }
                })
        } catch {
            outcome = .failure(error)
        }
        await finish(outcome)
    }

    private func start(_ inputs: [String]) async throws {
        let program = call.program
        try await put(isProgress: false) {
            $0.begin(run: call.request.id, spec: program.name, fingerprint: program.fingerprint, inputs: inputs)
        }
    }

    private func finish(_ outcome: Result<Prediction, any Error>) async {
        switch outcome {
        case .success(let prediction):
            let (tokens, cost) = (usage.byModel, call.program.cost(of: usage))
            try? await put(isProgress: true) { $0.result(prediction.json, usage: tokens, cost: cost) }
        case .failure(let error):
            let failure = call.failure((error as? BranchFailures)?.first ?? error)
            if state.withLock({ $0.held != nil }), writer.refuse(failure.answer) { return }
            writer.note(failure.code)
            try? await put(isProgress: true) { $0.failure(failure) }
        }
    }

    func begin() async throws {}

    func take(_ event: RunEvent) async throws {
        let isProgress =
            switch event {
            case .callStart, .callEnd(_, _, .some), .model: false
            default: true
            }
        try await put(isProgress: isProgress) { $0.event(for: shown(event)) }
    }

    /// What a tool says of its failure may hold addresses, paths and keys: a client gets words of ours.
    private func shown(_ event: RunEvent) -> RunEvent {
        guard case .toolEnd(let id, let name, .failure(let error)) = event else { return event }
        let failure = call.failure(error)
        return .toolEnd(
            id: id, name: name, outcome: .failure(ErrorReport(ErrorReport(error).code, failure.message)))
    }

    /// How it ended is told once more is known of it.
    func end(_ outcome: Result<Prediction, any Error>) async throws {}

    /// - Parameter isProgress: Whether the head may go out: what fails before has a status.
    private func put(isProgress: Bool, _ make: (inout RunEvents) -> JSONObject?) async throws {
        let bytes = state.withLock { state -> [UInt8] in
            guard let event = make(&state.events) else { return [] }
            var line: [UInt8] = []
            JSON.object(event).write(into: &line)
            line.append(0x0A)
            guard let held = state.held else { return line }
            state.held = isProgress ? nil : held + line
            return isProgress ? held + line : []
        }
        if !bytes.isEmpty { try await writer.write(bytes) }
    }
}

extension RunEvents {
    /// The last event of a run that failed, in words for a client.
    fileprivate mutating func failure(_ failure: RunFailure) -> JSONObject? {
        var event = self.failure(ErrorReport(.cancelled, failure.message))
        event["code"] = .string(failure.code)
        event["retryable"] = .bool([429, 503, 504].contains(failure.status))
        return event
    }
}
