import Platform
import TestSupport
import Testing

@testable import DSPyBatch

@Suite("Rows off a descriptor")
struct RowReaderTests {
    private static func reader(_ pipe: PipeEnds) -> RowReader {
        RowReader(descriptor: pipe.reading, parser: RowParser(RowParser.Options()))
    }

    @Test("rows come as they are written, and after the end there are none, however often one asks")
    func rows() async throws {
        let pipe = try PipeEnds()
        let reader = Self.reader(pipe)
        pipe.write("{\"n\": 0}\n{\"n\":")
        #expect(try await reader.next().map(\.index) == [0])
        pipe.write(" 1}\n")
        #expect(try await reader.next().map(\.line) == [2])
        pipe.write("{\"n\": 2}")
        pipe.endWriting()
        #expect(try await reader.next().map(\.index) == [2])
        for _ in 0..<3 { #expect(try await reader.next().isEmpty) }
    }

    @Test("who waits for a row gets it when it comes, or hears of the end", arguments: [true, false])
    func waiting(hasRow: Bool) async throws {
        let pipe = try PipeEnds()
        let reader = Self.reader(pipe)
        async let next = reader.next()
        for _ in 0..<20 { await Task.yield() }
        if hasRow { pipe.write("{}\n") }
        pipe.endWriting()
        #expect(try await next.count == (hasRow ? 1 : 0))
    }

    @Test("a reader runs a bounded number of rows ahead of who takes them")
    func bound() async throws {
        let folder = try TemporaryFolder()
        let count = 6000
        let row = #"{"text": "\#(String(repeating: "x", count: 51))"}"# + "\n"
        let text = String(repeating: row, count: count)
        let file = try OpenFile(folder.write(text, to: "rows"), for: .reading)
        let reader = RowReader(descriptor: file.descriptor, parser: RowParser(RowParser.Options()))
        // In the time of two such readings the reader's thread would be through if nobody held it back.
        for _ in 0..<2 {
            var parser = RowParser(RowParser.Options())
            #expect(Array(text.utf8).withUnsafeBytes { parser.add($0) }.count == count)
        }
        var (indices, largest) = ([Int](), 0)
        while true {
            let rows = try await reader.next()
            guard !rows.isEmpty else { break }
            indices += rows.map(\.index)
            largest = max(largest, rows.count)
        }
        // 512 rows may wait, and what 16 KB more hold.
        #expect(largest <= 512 + (16 << 10) / row.utf8.count)
        #expect(indices == Array(0..<count))
    }

    @Test("what cannot be read is told with the system's number")
    func failure() async throws {
        let reader = RowReader(descriptor: -1, parser: RowParser(RowParser.Options()))
        let error = await #expect(throws: InputFailure.self) { try await reader.next() }
        // EBADF
        #expect(error?.code == 9)
    }

    @Test("who waits is let go when the reader is stopped, and when the task is cancelled", arguments: [true, false])
    func stop(isCancelled: Bool) async throws {
        let pipe = try PipeEnds()
        let reader = Self.reader(pipe)
        let task = Task { try await reader.next() }
        for _ in 0..<20 { await Task.yield() }
        if isCancelled { task.cancel() } else { reader.stop() }
        #expect(try await task.value.isEmpty)
        pipe.endWriting()
    }
}
