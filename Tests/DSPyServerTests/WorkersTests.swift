import Synchronization
import TestSupport
import Testing

@testable import DSPyServer

@Suite("Workers and those that wait for one")
struct WorkersTests {
    @Test("so many run at once, the others in the order they came")
    func order() async throws {
        let workers = Workers(limit: 2, queue: 10)
        let seen = Shared((most: 0, running: 0, order: [Int]()))
        let places = try (0..<8).map { _ in try workers.place() }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (number, place) in places.enumerated() {
                group.addTask {
                    try await workers.run(at: place) {
                        seen.withLock { seen in
                            seen.order.append(number)
                            seen.running += 1
                            seen.most = max(seen.most, seen.running)
                        }
                        try await Task.sleep(for: .milliseconds(5))
                        seen.withLock { $0.running -= 1 }
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(seen.withLock { $0.most } == 2)
        #expect(seen.withLock { Set($0.order.prefix(2)) } == [0, 1])
        #expect(workers.figures == (0, 0))
    }

    @Test("who finds the queue full is refused at once, further rows of a batch are not counted")
    func full() throws {
        let workers = Workers(limit: 1, queue: 1)
        let places = [try workers.place(), try workers.place()]
        let refused = #expect(throws: RunFailure.self) { try workers.place() }
        #expect(refused?.status == 429)
        #expect(refused?.retryAfter == 1)
        let further = try workers.place(isFurther: true)
        #expect(workers.figures == (1, 1))
        for place in places + [further] { workers.giveBack(place) }
        #expect(workers.figures == (0, 0))
        #expect(throws: RunFailure.self) {
            let none = Workers(limit: 1, queue: 0)
            _ = try none.place()
            _ = try none.place()
        }
    }

    @Test("a place that is given back in the very moment it is granted is not lost", arguments: 0..<50)
    func givenBack(_: Int) async throws {
        let workers = Workers(limit: 1, queue: 100)
        let (first, second) = (try workers.place(), try workers.place())
        async let leaving: Void = workers.run(at: first) {}
        async let giving: Void = { workers.giveBack(second) }()
        try await leaving
        await giving
        #expect(workers.figures == (0, 0))
    }

    @Test("who is cancelled while waiting leaves the queue, and nobody loses a turn", arguments: 0..<20)
    func cancelled(seed: Int) async throws {
        let workers = Workers(limit: 1, queue: 100)
        let tasks = try (0..<20).map { number in
            let place = try workers.place()
            return Task {
                try await workers.run(at: place) { try await Task.sleep(for: .microseconds(200)) }
            }
        }
        for (number, task) in tasks.enumerated() where (number + seed) % 3 == 0 { task.cancel() }
        for task in tasks { _ = await task.result }
        #expect(workers.figures == (0, 0))
        try await workers.run(at: try workers.place()) {}
    }
}
