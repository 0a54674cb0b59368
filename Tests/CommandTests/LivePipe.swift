import Basics
import Dispatch
import Synchronization
import TestSupport

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A named pipe that a test reads while a program writes into it.
final class LivePipe: Sendable {
    /// Whether the reader stops before the end.
    enum Pace: Sendable {
        /// It reads to the end.
        case steady
        /// It reads so many bytes, then nothing until `goOn` or `close`.
        case stopping(after: Int)
    }

    /// A line, and when it was there.
    struct Line: Sendable {
        let text: String
        let time: ContinuousClock.Instant
    }

    /// What a program opens for writing.
    let path: String
    /// The lines as they come.
    let lines: AsyncStream<Line>
    private let feed: AsyncStream<Line>.Continuation
    private let bytes = Mutex<[UInt8]>([])
    private let isClosed = Atomic(false)
    private let hasStopped = DispatchSemaphore(value: 0)
    private let hasEnded = DispatchSemaphore(value: 0)
    private let permission = DispatchSemaphore(value: 0)

    /// Makes the pipe, and reads it on a thread of its own as soon as somebody writes.
    init(in folder: TemporaryFolder, name: String = "live", pace: Pace = .steady) throws {
        path = folder.path + "/" + name
        (lines, feed) = AsyncStream.makeStream()
        guard mkfifo(path, 0o600) == 0 else { throw ToolRun.Refused(code: errno) }
        _ = SystemThread.start { self.read(pace) }
    }

    /// All that was written, once nobody writes any more.
    func text() async -> String {
        await wait(for: hasEnded)
        return String(decoding: bytes.withLock { $0 }, as: UTF8.self)
    }

    /// Waits until the reader has stopped.
    func stopped() async { await wait(for: hasStopped) }

    private func wait(for semaphore: DispatchSemaphore) async {
        await withCheckedContinuation { continuation in
            _ = SystemThread.start {
                semaphore.wait()
                continuation.resume()
            }
        }
    }

    /// Lets a reader that stopped read on.
    func goOn() { permission.signal() }

    /// Closes the end of a reader that stopped.
    func close() {
        isClosed.store(true, ordering: .releasing)
        permission.signal()
    }

    private func read(_ pace: Pace) {
        let file = open(path, O_RDONLY)
        defer {
            closeFile(file)
            feed.finish()
            hasStopped.signal()
            hasEnded.signal()
        }
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        var line: [UInt8] = []
        var rest: Int? = if case .stopping(let count) = pace { count } else { nil }
        while !isClosed.load(ordering: .acquiring) {
            if rest == 0 {
                rest = nil
                hasStopped.signal()
                permission.wait()
                continue
            }
            let count = readFile(file, &buffer, min(buffer.count, rest ?? buffer.count))
            guard count > 0 else { return }
            let time = ContinuousClock.now
            rest = rest.map { $0 - count }
            bytes.withLock { $0 += buffer[..<count] }
            for byte in buffer[..<count] {
                if byte == 0x0A {
                    feed.yield(Line(text: String(decoding: line, as: UTF8.self), time: time))
                    line = []
                } else {
                    line.append(byte)
                }
            }
        }
    }
}

private func closeFile(_ file: Int32) { _ = close(file) }

private func readFile(_ file: Int32, _ buffer: UnsafeMutableRawPointer, _ count: Int) -> Int {
    read(file, buffer, count)
}
