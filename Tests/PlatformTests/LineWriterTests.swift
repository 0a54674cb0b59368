import Basics
import TestSupport
import Testing

@testable import Platform

#if canImport(Glibc)
    import Glibc

    @Suite("Lines on their way to the output")
    struct LineWriterTests {
        private static func line(_ number: Int, _ length: Int) -> [UInt8] {
            Array("\(number)".utf8) + [UInt8](repeating: UInt8(ascii: "x"), count: length) + [0x0A]
        }

        /// Where there is room for no more in the midst of several lines, those before it stay whole.
        ///
        /// No file of this process may be larger than a size that nothing else comes near; the output is a file with a hole that
        /// nearly has it.
        @Test("a disk that is full in the midst of several lines keeps the whole ones, and no half one")
        func noRoom() async throws {
            let folder = try TemporaryFolder()
            let size = off_t(1) << 40
            _ = signal(SIGXFSZ, SIG_IGN)
            var limit = rlimit()
            getrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit)
            limit.rlim_cur = rlim_t(size)
            try #require(setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit) == 0)
            let path = folder.path + "/out"
            let descriptor = open(path, O_RDWR | O_CREAT | O_APPEND, 0o600)
            defer { close(descriptor) }
            let start = size - 100
            try #require(ftruncate(descriptor, start) == 0)
            let writer = LineWriter(descriptor: descriptor)
            defer { writer.close() }
            try await writer.write(Self.line(1, 20))
            let several = Self.line(2, 20) + Self.line(3, 20) + Self.line(4, 100)
            await #expect(throws: OutputError.self) { try await writer.write(several) }
            var tail = [UInt8](repeating: 0, count: 200)
            let count = pread(descriptor, &tail, tail.count, start)
            #expect(Array(tail.prefix(max(0, count))) == Self.line(1, 20) + Self.line(2, 20) + Self.line(3, 20))
            await #expect(throws: OutputError.self) { try await writer.write(Self.line(5, 1)) }
        }

        @Test(
            "a slow reader of a pipe gets every byte once, in order, however many lines come together", arguments: 1...4
        )
        func pipe(seed: Int) async throws {
            var ends: [Int32] = [0, 0]
            try #require(Glibc.pipe(&ends) == 0)
            let (readEnd, writeEnd) = (ends[0], ends[1])
            var random = SeededGenerator(seed: UInt64(seed))
            var lines: [[UInt8]] = []
            for number in 0..<200 {
                let count = Int.random(in: 1...40, using: &random)
                lines.append((0..<count).flatMap { _ in Self.line(number, Int.random(in: 0...2000, using: &random)) })
            }
            let groups = lines
            let all = groups.flatMap { $0 }
            async let read = withCheckedContinuation { continuation in
                _ = SystemThread.start {
                    var found: [UInt8] = []
                    var buffer = [UInt8](repeating: 0, count: 5000)
                    while found.count < all.count {
                        let count = Glibc.read(readEnd, &buffer, buffer.count)
                        guard count > 0 else { break }
                        found += buffer.prefix(count)
                        if found.count % 7 == 0 { usleep(200) }
                    }
                    continuation.resume(returning: found)
                }
            }
            let writer = LineWriter(descriptor: writeEnd)
            for group in groups { try await writer.write(group) }
            writer.close()
            #expect(await read == all)
            close(readEnd)
            close(writeEnd)
        }
    }
#endif
