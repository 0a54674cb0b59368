import Synchronization
import Testing

@testable import Basics

@Suite("channels of streams") struct StreamChannelTests {
    @Test("items of many senders come, each sender's in its order, and none is lost")
    func many() async throws {
        let channel = StreamChannel<(sender: Int, item: Int)>(limit: 4)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                try await withThrowingTaskGroup(of: Void.self) { senders in
                    for sender in 0..<8 {
                        senders.addTask { for item in 0..<500 { try await channel.send((sender, item)) } }
                    }
                    try await senders.waitForAll()
                }
                channel.finish(.success(()))
            }
            var next = Array(repeating: 0, count: 8)
            while let (sender, item) = try await channel.next() {
                #expect(item == next[sender])
                next[sender] += 1
            }
            #expect(next == Array(repeating: 500, count: 8))
            try await group.waitForAll()
        }
        #expect(try await channel.next() == nil)
    }

    @Test("what waits already comes at once, and lets the senders go on that waited for room")
    func waiting() async throws {
        let channel = StreamChannel<Int>(limit: 2)
        for item in 0..<2 { try await channel.send(item) }
        let late = Task { for item in 2..<5 { try await channel.send(item) } }
        var items: [Int] = []
        while items.count < 5, let item = try await channel.next() { items += [item] + channel.waiting() }
        #expect(items == [0, 1, 2, 3, 4])
        #expect(channel.waiting().isEmpty)
        try await late.value
    }

    @Test("senders that are cancelled, or that nobody reads any more, end")
    func cancelled() async throws {
        let channel = StreamChannel<Int>(limit: 1)
        try await channel.send(0)
        let waiting = (1...50).map { item in Task { try await channel.send(item) } }
        for task in waiting.prefix(25) { task.cancel() }
        for task in waiting.prefix(25) {
            // One that came before its cancellation may have been taken.
            if case .failure(let error) = await task.result { #expect(error is CancellationError) }
        }
        channel.close()
        for task in waiting {
            if case .failure(let error) = await task.result { #expect(error is CancellationError) }
        }
        await #expect(throws: CancellationError.self) { try await channel.send(3) }
    }

    @Test("a reader that is cancelled ends, and an error is told once, after what was sent before it")
    func ends() async throws {
        struct Broken: Error {}
        let silent = StreamChannel<Int>()
        let reader = Task { try await silent.next() }
        await Task.yield()
        reader.cancel()
        await #expect(throws: CancellationError.self) { try await reader.value }
        let channel = StreamChannel<Int>()
        try await channel.send(1)
        channel.finish(.failure(Broken()))
        #expect(try await channel.next() == 1)
        await #expect(throws: Broken.self) { try await channel.next() }
        #expect(try await channel.next() == nil)
    }
}
