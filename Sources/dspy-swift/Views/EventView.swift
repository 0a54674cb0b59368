import DSPyProgram
import Platform
import Basics
import DSPyCore
import DSPyBatch
import OrderedJSON
import Synchronization

/// Events for scripts: one JSON object on each line, or the same as server-sent events.
final class EventView: RunView {
    /// What the first event says of the run.
    struct Head: Sendable {
        var spec: String
        var fingerprint: String
        var inputs: [String]
    }

    private let writer: LineWriter
    private let head: Head
    private let isSSE: Bool
    private let usage: @Sendable () -> (usage: JSONObject, cost: Double?)
    private let events: Mutex<RunEvents>

    init(
        _ writer: LineWriter, _ labels: NodeNames, _ head: Head, isSSE: Bool,
        usage: @escaping @Sendable () -> (usage: JSONObject, cost: Double?)
    ) {
        self.writer = writer
        self.head = head
        self.isSSE = isSSE
        self.usage = usage
        events = Mutex(RunEvents(labels))
    }

    /// A name for a run that no other is likely to have.
    static func newRun() -> String { "r-" + String(UInt32.random(in: .min ... .max), radix: 36) }

    func begin() async throws {
        try await write(
            events.withLock {
                $0.begin(run: Self.newRun(), spec: head.spec, fingerprint: head.fingerprint, inputs: head.inputs)
            })
    }

    func take(_ event: RunEvent) async throws {
        if let event = events.withLock({ $0.event(for: event) }) { try await write(event) }
    }

    func end(_ outcome: Result<Prediction, any Error>) async throws {
        let (usage, cost) = usage()
        try await write(events.withLock { $0.end(outcome, usage: usage, cost: cost) })
        if isSSE { try await writer.write(ServerSentEvent.done.bytes) }
    }

    private func write(_ event: JSONObject) async throws {
        var bytes: [UInt8] = []
        JSON.object(event).write(into: &bytes)
        if isSSE { bytes = ServerSentEvent(data: bytes).bytes } else { bytes.append(0x0A) }
        try await writer.write(bytes)
    }
}
