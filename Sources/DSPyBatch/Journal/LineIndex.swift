import Platform
/// Finds the lines of a file by their numbers: one mark for every few kilobytes, from where a line is looked for.
struct LineIndex {
    private var marks: [(line: Int, offset: Int)] = [(0, 0)]
    private var lines = 0
    private var offset = 0

    /// How far marks are apart, at the least.
    private static let stride = 4096

    /// Takes the next chunk of the file.
    mutating func add(_ chunk: UnsafeRawBufferPointer) {
        var start = 0
        while start < chunk.count, let end = chunk[start...].firstIndex(of: 0x0A) {
            start = end + 1
            lines += 1
            if offset + start - marks[marks.count - 1].offset >= Self.stride { marks.append((lines, offset + start)) }
        }
        offset += chunk.count
    }

    /// A line with its line feed.
    ///
    /// - Parameter number: From 0.
    func line(_ number: Int, in file: OpenFile) throws(BatchFailure) -> [UInt8] {
        let mark = mark(before: number)
        var (skip, offset) = (number - mark.line, mark.offset)
        var line: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 2 * Self.stride)
        while true {
            let count: Int
            do throws(FileError) {
                count = try buffer.withUnsafeMutableBytes { space in
                    Result { () throws(FileError) in try file.read(at: offset, into: space) }
                }.get()
            } catch { throw BatchFailure(error) }
            guard count > 0 else { throw .file(path: file.path, reason: "has become shorter") }
            offset += count
            var rest = buffer[..<count]
            while skip > 0, let end = rest.firstIndex(of: 0x0A) {
                rest = rest[(end + 1)...]
                skip -= 1
            }
            guard skip == 0 else { continue }
            if let end = rest.firstIndex(of: 0x0A) { return line + rest[...end] }
            line += rest
            // A long line is read in ever larger pieces.
            buffer = [UInt8](repeating: 0, count: min(buffer.count * 2, 1 << 20))
        }
    }

    private func mark(before number: Int) -> (line: Int, offset: Int) {
        var (low, high) = (0, marks.count)
        while high - low > 1 {
            let middle = (low + high) / 2
            if marks[middle].line <= number { low = middle } else { high = middle }
        }
        return marks[low]
    }
}
