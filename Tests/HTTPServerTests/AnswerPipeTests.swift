import Synchronization
import Testing

@testable import HTTPServer

@Suite("Pieces of an answer on their way")
struct AnswerPipeTests {
    private func take(_ pipe: AnswerPipe, most: Int = 1 << 20) -> (bytes: [UInt8], end: Bool) {
        var all: [UInt8] = []
        var space = [UInt8](repeating: 0, count: most)
        while true {
            switch space.withUnsafeMutableBytes({ pipe.take(into: $0) }) {
            case .bytes(let count): all += space[..<count]
            case .nothing: return (all, false)
            case .end, .broken: return (all, true)
            }
        }
    }

    @Test("pieces come in order, whatever the size of the buffer, and then the end")
    func order() async throws {
        for size in [1, 2, 3, 7, 100] {
            let pipe = AnswerPipe()
            for piece in ["ab", "", "cde", "f"] { try await pipe.send(Array(piece.utf8)) }
            pipe.finish()
            let taken = take(pipe, most: size)
            #expect(String(decoding: taken.bytes, as: UTF8.self) == "abcdef")
            #expect(taken.end)
        }
    }

    @Test("the thread is told once for what it found nothing of, not for every piece")
    func told() async throws {
        let count = Mutex(0)
        let pipe = AnswerPipe { count.withLock { $0 += 1 } }
        try await pipe.send([1])
        try await pipe.send([2])
        #expect(count.withLock { $0 } == 1)
        #expect(take(pipe).bytes == [1, 2])
        try await pipe.send([3])
        #expect(count.withLock { $0 } == 2)
        pipe.finish()
        #expect(count.withLock { $0 } == 2)
        #expect(take(pipe).bytes == [3])
    }

    @Test("a writer waits while the reader is behind, and no byte is lost")
    func backpressure() async throws {
        let pipe = AnswerPipe(bound: 100)
        let written = Mutex(0)
        let writer = Task {
            for number in 0..<1000 {
                try await pipe.send([UInt8](repeating: UInt8(truncatingIfNeeded: number), count: 10))
                written.withLock { $0 += 10 }
            }
            pipe.finish()
        }
        try await Task.sleep(for: .milliseconds(50))
        #expect(written.withLock { $0 } <= 110)
        var all: [UInt8] = []
        while true {
            let (bytes, end) = take(pipe, most: 64)
            all += bytes
            if end { break }
            await Task.yield()
        }
        try await writer.value
        #expect(all.count == 10_000)
        #expect(all == (0..<1000).flatMap { [UInt8](repeating: UInt8(truncatingIfNeeded: $0), count: 10) })
    }

    @Test("whoever writes to a client that has left is told so, also while waiting")
    func closed() async throws {
        let pipe = AnswerPipe(bound: 1)
        let writer = Task { try await pipe.send([1, 2, 3]) }
        try await Task.sleep(for: .milliseconds(20))
        pipe.close()
        await #expect(throws: CancellationError.self) { try await writer.value }
        await #expect(throws: CancellationError.self) { try await pipe.send([4]) }
        #expect(take(pipe).end)
    }

    @Test("a writer that is cancelled while it waits leaves the others waiting")
    func cancelled() async throws {
        let pipe = AnswerPipe(bound: 1)
        let (first, second) = (Task { try await pipe.send([1, 1]) }, Task { try await pipe.send([2, 2]) })
        try await Task.sleep(for: .milliseconds(20))
        first.cancel()
        await #expect(throws: CancellationError.self) { try await first.value }
        #expect(take(pipe).bytes.count == 4)
        try await second.value
    }

    @Test("another answer takes the place of one that has not begun, and of no other")
    func replaced() async throws {
        let fresh = AnswerPipe()
        #expect(fresh.replace(with: Answer(429)))
        #expect(fresh.replacement?.status == 429)
        let begun = AnswerPipe()
        try await begun.send([1])
        #expect(!begun.replace(with: Answer(429)))
        #expect(begun.replacement == nil)
    }

    @Test("a ping is sent only where it breaks into nothing")
    func silent() async throws {
        let pipe = AnswerPipe()
        #expect(pipe.isSilent)
        try await pipe.send([1])
        #expect(!pipe.isSilent)
        _ = take(pipe)
        #expect(pipe.isSilent)
        pipe.finish()
        #expect(!pipe.isSilent)
    }
}
