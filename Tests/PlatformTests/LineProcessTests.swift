import Basics
import TestSupport
import Testing

@testable import Platform

@Suite("Programs that talk in lines")
struct LineProcessTests {
    /// What a program has said, and how it ended.
    private final class Talk: Sendable {
        let lines = Mailbox<String>()
        let ends = Shared<[LineProcess.End]>([])

        func start(_ script: String, lineLimit: Int = 1 << 20) throws -> LineProcess {
            try LineProcess(
                SupervisedProcess.Plan(
                    executable: "/bin/sh", arguments: ["sh", "-c", script], environment: ["PATH": "/usr/bin:/bin"]),
                supervisor: ProcessSupervisor(watchdog: nil), lineLimit: lineLimit,
                onLine: { self.lines.put(String(decoding: $0, as: UTF8.self)) },
                onEnd: { end in
                    self.ends.withLock { $0.append(end) }
                    self.lines.finish(CancellationError())
                })
        }

        /// All lines up to the end.
        func all() async -> [String] {
            var all: [String] = []
            while let line = try? await lines.next() { all.append(line) }
            return all
        }
    }

    @Test("what is sent comes back line by line, long and short, empty ones too", arguments: 1...3)
    func echo(seed: Int) async throws {
        var random = SeededGenerator(seed: UInt64(seed))
        let talk = Talk()
        let process = try talk.start("exec cat")
        let lines = (0..<40).map { number in
            let length = [0, 1, 100, 70_000].randomElement(using: &random) ?? 0
            return length == 0 ? "" : "\(number) " + String(repeating: "é", count: length)
        }
        for line in lines { process.send(Array(line.utf8)) }
        for line in lines { #expect(try await talk.lines.next() == line) }
        await process.close()
        #expect(talk.ends.withLock { $0.map(\.status) } == [0])
    }

    @Test("all that a program said before its end is told, also a last line without its end, and then its status")
    func last() async throws {
        let talk = Talk()
        let process = try talk.start("echo one; echo oops >&2; printf two; exit 7")
        #expect(await talk.all() == ["one", "two"])
        await process.waitUntilEnd()
        let end = try #require(talk.ends.withLock { $0 }.first)
        #expect(end.status == 7 && end.lastErrors == "oops" && !end.isLineTooLong)
        #expect(talk.ends.withLock { $0.count } == 1)
    }

    @Test("a line beyond the limit ends the program, and is told as the reason", arguments: [(100, false), (99, true)])
    func limit(limit: Int, isTooLong: Bool) async throws {
        let talk = Talk()
        let process = try talk.start("head -c 100 /dev/zero | tr '\\0' x; exec cat", lineLimit: limit)
        if isTooLong {
            #expect(await talk.all() == [])
        } else {
            process.send(Array("y".utf8))
            #expect(try await talk.lines.next() == String(repeating: "x", count: 100) + "y")
        }
        await process.close()
        #expect(talk.ends.withLock { $0.map(\.isLineTooLong) } == [isTooLong])
    }

    @Test(
        "a program that is killed, interrupted or dropped has ended by a signal",
        arguments: ["kill", "interrupt", "drop"])
    func killed(how: String) async throws {
        let talk = Talk()
        var process: LineProcess? = try talk.start("echo ready; exec cat")
        #expect(try await talk.lines.next() == "ready")
        switch how {
        case "kill": process?.kill()
        case "interrupt": process?.interrupt()
        default: process = nil
        }
        #expect(await talk.all() == [])
        await process?.waitUntilEnd()
        // 128 and the number: SIGKILL, SIGINT.
        #expect(talk.ends.withLock { $0.map(\.status) } == [how == "interrupt" ? 130 : 137])
    }

    @Test("one that does not end when its input does is asked to, and what is sent to one that is over is lost")
    func stubborn() async throws {
        let talk = Talk()
        let process = try talk.start("echo ready; exec tail -f /dev/null")
        #expect(try await talk.lines.next() == "ready")
        await process.close(patience: .milliseconds(20))
        // 128 and SIGTERM.
        #expect(talk.ends.withLock { $0.map(\.status) } == [143])
        process.send(Array("late".utf8))
        await process.close()
    }
}
