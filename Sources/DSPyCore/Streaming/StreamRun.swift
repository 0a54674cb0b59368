import Basics
/// One run whose items are read; it ends when nobody holds it any more.
final class StreamRun: Sendable {
    private let channel: StreamChannel<StreamItem>
    private let task: Task<Void, Never>

    /// Starts the body as a task; what it sends is what `next` gives.
    init(_ body: @escaping @Sendable (StreamChannel<StreamItem>) async throws -> Void) {
        let channel = StreamChannel<StreamItem>()
        self.channel = channel
        task = Task {
            do {
                try await body(channel)
                channel.finish(.success(()))
            } catch {
                channel.finish(.failure(error))
            }
        }
    }

    deinit {
        task.cancel()
        channel.close()
    }

    func next() async throws -> StreamItem? { try await channel.next() }
}
