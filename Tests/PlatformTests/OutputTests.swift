import Testing

import TestSupport

@testable import Platform

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

@Suite struct OutputTests {
    @Test("writes what it is given, line by line or as it is")
    func writes() throws {
        let pipe = try Pipe()
        let output = Output(descriptor: pipe.writing)
        try output.write("é")
        try output.writeLine("x")
        try output.writeLine()
        try output.write([0x00, 0xFF])
        #expect(pipe.drain() == Array("éx\n\n".utf8) + [0x00, 0xFF])
    }

    @Test("a buffer waits until it is full or flushed")
    func buffers() throws {
        let pipe = try Pipe()
        let output = Output(descriptor: pipe.writing, bufferSize: 4)
        try output.write("ab")
        #expect(pipe.drain() == [])
        try output.write("cd")
        #expect(pipe.drain() == Array("abcd".utf8))
        try output.write("e")
        try output.flush()
        #expect(pipe.drain() == Array("e".utf8))
    }

    @Test("a pipe that nobody reads is a closed pipe, at every further write too")
    func closedPipe() throws {
        Signals.ignoreFailedWrites()
        var ends: [Int32] = [-1, -1]
        try #require(pipe(&ends) == 0)
        close(ends[0])
        defer { close(ends[1]) }
        let output = Output(descriptor: ends[1])
        #expect(throws: OutputError.closedPipe) { try output.write("x") }
        #expect(throws: OutputError.closedPipe) { try output.flush() }
        #expect(OutputError.closedPipe.exitCode == .brokenPipe)
    }

    @Test("a full disk is a failure with the system's words")
    func fullDisk() throws {
        let descriptor = open("/dev/full", O_WRONLY)
        try #require(descriptor >= 0)
        defer { close(descriptor) }
        let error = #expect(throws: OutputError.self) { try Output(descriptor: descriptor).writeLine("x") }
        #expect(error == .failed(errno: ENOSPC))
        #expect(error?.exitCode == .io)
        #expect(error?.description == "cannot write the output: No space left on device")
    }

    @Test("more than a pipe holds arrives whole, even when the pipe does not block")
    func partialWrites() async throws {
        let pipe = try Pipe()
        _ = fcntl(pipe.writing, F_SETFL, O_NONBLOCK)
        let bytes = (0..<1_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        let writer = Task.detached { try Output(descriptor: pipe.writing).write(bytes) }
        var received: [UInt8] = []
        while received.count < bytes.count {
            received += pipe.drain()
            await Task.yield()
        }
        try await writer.value
        #expect(received == bytes)
    }

    @Test("lines of many tasks never mix")
    func tasks() async throws {
        let folder = try TemporaryFolder()
        let descriptor = open(folder.path + "/out", O_WRONLY | O_CREAT, 0o600)
        defer { close(descriptor) }
        let output = Output(descriptor: descriptor, bufferSize: 1000)
        await withTaskGroup(of: Void.self) { group in
            for number in 0..<200 {
                group.addTask { try? output.writeLine(String(repeating: "\(number % 10)", count: 50)) }
            }
        }
        try output.flush()
        let lines = try FileReading.bytes(at: folder.path + "/out").split(separator: 0x0A)
        #expect(lines.count == 200)
        #expect(lines.allSatisfy { $0.count == 50 && Set($0).count == 1 })
    }
}

/// A pipe whose reading end does not block.
private final class Pipe: Sendable {
    let reading: Int32
    let writing: Int32

    init() throws {
        var ends: [Int32] = [-1, -1]
        try #require(pipe(&ends) == 0)
        (reading, writing) = (ends[0], ends[1])
        _ = fcntl(reading, F_SETFL, O_NONBLOCK)
    }

    func drain() -> [UInt8] {
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        let count = read(reading, &chunk, chunk.count)
        return Array(chunk.prefix(max(0, count)))
    }

    deinit {
        close(reading)
        close(writing)
    }
}
