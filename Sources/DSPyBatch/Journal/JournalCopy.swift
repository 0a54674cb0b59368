/// Copies the rows of a journal that are to stay.
struct JournalCopy {
    private let source: Int32
    private let path: String
    private let repaired: Set<UInt64>
    private let places: [UInt64: [RowPlace]]

    init(from source: Int32, _ path: String, repaired: Set<UInt64>, places: [UInt64: [RowPlace]]) {
        self.source = source
        self.path = path
        self.repaired = repaired
        self.places = places
    }

    /// As they stand.
    func write(to target: Int32, _ name: String) throws(BatchFailure) {
        var places = places
        var splitter = LineSplitter(limit: .max - 1)
        var buffer: [UInt8] = []
        try FileAccess.read(source, path) { (chunk) throws(BatchFailure) in
            splitter.add(chunk) { line in
                guard let record = kept(line.bytes) else { return }
                let bytes = line.bytes + [0x0A]
                buffer += places[record.key]?.popLast()?.renumbered(bytes) ?? bytes
            }
            try FileAccess.write(target, name, buffer)
            buffer.removeAll(keepingCapacity: true)
        }
    }

    /// In the order of the input.
    func writeSorted(to target: Int32, _ name: String) throws(BatchFailure) {
        var (order, lines) = try read()
        var buffer: [UInt8] = []
        while let number = order.next() {
            let (index, line) = (Int(number >> 32), Int(number & 0xFFFF_FFFF))
            let bytes = try lines.line(line, in: source, path)
            // The first pass has given each row its place; the same one is found again.
            let place = places.isEmpty ? nil : kept(bytes).flatMap { places[$0.key] }?.first { $0.index == index }
            buffer += place?.renumbered(bytes) ?? bytes
            if buffer.count > 1 << 18 {
                try FileAccess.write(target, name, buffer)
                buffer.removeAll(keepingCapacity: true)
            }
        }
        try FileAccess.write(target, name, buffer)
    }

    /// The rows' places in the order of the input, with their lines in the lower half; and where lines are.
    private func read() throws(BatchFailure) -> (order: SortedRuns, lines: LineIndex) {
        var places = places
        var splitter = LineSplitter(limit: .max - 1)
        var (order, lines) = (SortedRuns(), LineIndex())
        var isTooMuch = false
        try FileAccess.read(source, path) { chunk in
            lines.add(chunk)
            splitter.add(chunk) { line in
                guard let record = kept(line.bytes) else { return }
                let index = places[record.key]?.popLast()?.index ?? record.index
                guard let high = UInt32(exactly: max(0, index)), let low = UInt32(exactly: line.number - 1) else {
                    isTooMuch = true
                    return
                }
                order.add(UInt64(high) << 32 | UInt64(low))
            }
        }
        guard !isTooMuch else {
            throw .file(
                path: path, reason: "more than 4294967296 rows cannot be put into order; leave out --order input")
        }
        return (order, lines)
    }

    private func kept(_ line: [UInt8]) -> (isOK: Bool, key: UInt64, index: Int)? {
        guard let record = JournalScan.record(line), record.isOK || !repaired.contains(record.key) else { return nil }
        return record
    }
}
