import DSPyProgram
import Platform
import Basics
import DSPyCore
import DSPyBatch
import OrderedJSON

/// The events of all rows of a batch, one JSON object on each line, in the order they happen.
final class BatchEvents: Sendable {
    private enum Message: Sendable {
        case event(String, RunEvent)
        case end(BatchRecord)
    }

    private let labels: NodeNames
    private let head: EventView.Head
    private let channel = StreamChannel<Message>(limit: 64)

    init(_ labels: NodeNames, _ head: EventView.Head) {
        self.labels = labels
        self.head = head
    }

    /// What hears a row.
    func watch(_ row: BatchRow) -> RowWatch {
        let id = row.id
        let observer = RunObserver(targets: labels.targets, isOpen: true) { [channel] event in
            if event.isShown { try await channel.send(.event(id, event)) }
        }
        return RowWatch(observer: observer) { [channel] record in try await channel.send(.end(record)) }
    }

    /// No more rows come.
    func finish() { channel.finish(.success(())) }

    /// Writes the events until `finish`; rows wait while the reader is behind.
    ///
    /// - Throws: `OutputError` when they cannot be written; nobody then waits any more.
    func write(to writer: LineWriter) async throws {
        defer { channel.close() }
        var events = RunEvents(labels)
        var bytes: [UInt8] = []
        Self.add(
            events.begin(
                run: EventView.newRun(), spec: head.spec, fingerprint: head.fingerprint, inputs: head.inputs), &bytes)
        while true {
            // What came together is written together.
            try await writer.write(bytes)
            bytes.removeAll(keepingCapacity: true)
            guard let message = try await channel.next() else { return }
            for message in [message] + channel.waiting() { Self.add(message, &events, &bytes) }
        }
    }

    private static func add(_ message: Message, _ events: inout RunEvents, _ bytes: inout [UInt8]) {
        switch message {
        case .event(let id, let event):
            events.item = id
            if let event = events.event(for: event) { add(event, &bytes) }
        case .end(let record):
            events.item = record.id
            switch record.outcome {
            case .success(let output):
                add(events.result(.object(output), usage: record.usage, cost: record.cost), &bytes)
            case .failure(let error): add(events.failure(error.report), &bytes)
            }
        }
    }

    private static func add(_ event: JSONObject, _ bytes: inout [UInt8]) {
        JSON.object(event).write(into: &bytes)
        bytes.append(0x0A)
    }
}
