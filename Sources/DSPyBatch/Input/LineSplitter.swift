import Basics
/// Cuts bytes into lines at `\n` and `\r\n`, whatever the chunks; a line beyond the limit is told by its length only.
package struct LineSplitter: Sendable {
    /// One line.
    package struct Line: Sendable, Hashable {
        /// From 1.
        package let number: Int
        /// The bytes without the line end; empty for a line that is too long.
        package let bytes: [UInt8]
        /// How many bytes the line had.
        package let length: Int
        /// Whether it had more bytes than the limit.
        package let isTooLong: Bool
    }

    private let limit: Int
    private var number = 0
    private var open: [UInt8] = []
    private var dropped = 0

    /// A splitter that keeps lines of up to `limit` bytes.
    package init(limit: Int) { self.limit = limit }

    /// Takes a chunk and hands on the lines that end in it.
    package mutating func add(_ chunk: UnsafeRawBufferPointer, _ emit: (Line) -> Void) {
        var start = 0
        while let end = Self.lineFeed(in: chunk, from: start) {
            take(chunk, start..<end)
            emit(finish())
            start = end + 1
        }
        take(chunk, start..<chunk.count)
    }

    /// The last line, if the text did not end with a line end.
    package mutating func end() -> Line? { open.isEmpty && dropped == 0 ? nil : finish() }

    private static func lineFeed(in chunk: UnsafeRawBufferPointer, from start: Int) -> Int? {
        chunk.firstIndex(ofByte: 0x0A, from: start)
    }

    private mutating func take(_ chunk: UnsafeRawBufferPointer, _ range: Range<Int>) {
        guard !range.isEmpty else { return }
        if dropped > 0 || open.count + range.count > limit + 1 {
            dropped += open.count + range.count
            open = []
        } else {
            open.append(contentsOf: UnsafeRawBufferPointer(rebasing: chunk[range]))
        }
    }

    private mutating func finish() -> Line {
        number += 1
        defer {
            open.removeAll(keepingCapacity: true)
            dropped = 0
        }
        if dropped > 0 { return Line(number: number, bytes: [], length: dropped, isTooLong: true) }
        if open.last == 0x0D { open.removeLast() }
        if open.count > limit { return Line(number: number, bytes: [], length: open.count, isTooLong: true) }
        return Line(number: number, bytes: open, length: open.count, isTooLong: false)
    }
}
