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

    /// What ends a line.
    private enum LineEnd {
        /// `\n`, and a `\r` before it belongs to it.
        case lineFeed
        /// Also a `\r` alone, as old Macs write it.
        case any
        /// What the first line ends with.
        case asTheFirst
        /// As the first; the last byte that came was its `\r`.
        case asBehindReturn
    }

    private let limit: Int
    private var lineEnd: LineEnd
    private var isBehindReturn = false
    private var number = 0
    private var open: [UInt8] = []
    private var dropped = 0

    /// A splitter that keeps lines of up to `limit` bytes.
    ///
    /// - Parameter takesReturns: Whether lines may end with a `\r` alone; all do if the first does.
    package init(limit: Int, takesReturns: Bool = false) {
        self.limit = limit
        lineEnd = takesReturns ? .asTheFirst : .lineFeed
    }

    /// Takes a chunk and hands on the lines that end in it.
    package mutating func add(_ chunk: UnsafeRawBufferPointer, _ emit: (Line) -> Void) {
        guard !chunk.isEmpty else { return }
        var start = 0
        if lineEnd == .asBehindReturn {
            lineEnd = chunk[0] == 0x0A ? .lineFeed : .any
            if lineEnd == .any { emit(finish()) }
        }
        if lineEnd == .asTheFirst { lookAtFirst(chunk) }
        while let end = nextEnd(in: chunk, from: start) {
            let isRest = isBehindReturn && end == start && chunk[end] == 0x0A
            if !isRest {
                take(chunk, start..<end)
                emit(finish())
            }
            isBehindReturn = lineEnd == .any && chunk[end] == 0x0D
            start = end + 1
        }
        if start < chunk.count { isBehindReturn = false }
        take(chunk, start..<chunk.count)
    }

    /// The last line, if the text did not end with a line end.
    package mutating func end() -> Line? { open.isEmpty && dropped == 0 ? nil : finish() }

    /// Finds out what ends the first line.
    private mutating func lookAtFirst(_ chunk: UnsafeRawBufferPointer) {
        let lineFeed = chunk.firstIndex(ofByte: 0x0A, from: 0)
        let first = UnsafeRawBufferPointer(rebasing: chunk[..<(lineFeed ?? chunk.count)])
        if let place = first.firstIndex(ofByte: 0x0D, from: 0) {
            if place + 1 == chunk.count {
                lineEnd = .asBehindReturn
            } else {
                lineEnd = chunk[place + 1] == 0x0A ? .lineFeed : .any
            }
        } else if lineFeed != nil {
            lineEnd = .lineFeed
        }
    }

    private func nextEnd(in chunk: UnsafeRawBufferPointer, from start: Int) -> Int? {
        guard lineEnd == .any else { return chunk.firstIndex(ofByte: 0x0A, from: start) }
        var place = start
        while place < chunk.count, chunk[place] != 0x0A, chunk[place] != 0x0D { place += 1 }
        return place < chunk.count ? place : nil
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
