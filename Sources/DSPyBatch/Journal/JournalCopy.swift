import Platform
/// Copies the rows of a journal that are to stay.
struct JournalCopy {
    private let source: OpenFile
    private let surplus: [UInt64: SurplusLines]
    private let places: [UInt64: [RowPlace]]
    /// Takes the predictions of rows that are not in the input any more.
    private let leaving: LeavingRows

    init(
        from source: OpenFile, surplus: [UInt64: SurplusLines], places: [UInt64: [RowPlace]],
        leaving: LeavingRows
    ) {
        self.source = source
        self.surplus = surplus
        self.places = places
        self.leaving = leaving
    }

    /// As they stand.
    func write(to target: OpenFile) throws(BatchFailure) {
        var buffer: [UInt8] = []
        var places = places
        try forEachLine { line, _ in
            buffer += line.map { places[$0.key]?.popLast()?.renumbered($0.bytes) ?? $0.bytes } ?? []
        } afterChunk: { () throws(BatchFailure) in
            try target.append(buffer)
            buffer.removeAll(keepingCapacity: true)
        }
    }

    /// In the order of the input.
    func writeSorted(to target: OpenFile) throws(BatchFailure) {
        var (order, lines) = try read()
        var buffer: [UInt8] = []
        while let number = order.next() {
            let (index, line) = (Int(number >> 32), Int(number & 0xFFFF_FFFF))
            let bytes = try lines.line(line, in: source)
            // The first pass has given each row its place; the same one is found again.
            let place =
                places.isEmpty
                ? nil : JournalScan.record(bytes).flatMap { places[$0.key] }?.first { $0.index == index }
            buffer += place?.renumbered(bytes) ?? bytes
            if buffer.count > 1 << 18 {
                try target.append(buffer)
                buffer.removeAll(keepingCapacity: true)
            }
        }
        try target.append(buffer)
    }

    /// The rows' places in the order of the input, with their lines in the lower half; and where lines are.
    private func read() throws(BatchFailure) -> (order: SortedRuns, lines: LineIndex) {
        var places = places
        var (order, lines) = (SortedRuns(), LineIndex())
        var isTooMuch = false
        try forEachLine { line, number in
            guard let line else { return }
            let index = places[line.key]?.popLast()?.index ?? line.index
            guard let high = UInt32(exactly: max(0, index)), let low = UInt32(exactly: number - 1) else {
                isTooMuch = true
                return
            }
            order.add(UInt64(high) << 32 | UInt64(low))
        } beforeChunk: { chunk in
            lines.add(chunk)
        }
        guard !isTooMuch else {
            throw .file(
                path: source.path, reason: "more than 4294967296 rows cannot be put into order; leave out --order input"
            )
        }
        return (order, lines)
    }

    /// Walks the lines with their numbers, from 1; nil for one that does not stay.
    private func forEachLine(
        _ body: (_ line: (key: UInt64, index: Int, bytes: [UInt8])?, _ number: Int) -> Void,
        beforeChunk: (UnsafeRawBufferPointer) -> Void = { _ in },
        afterChunk: () throws(BatchFailure) -> Void = {}
    ) throws(BatchFailure) {
        var surplus = surplus
        var splitter = LineSplitter(limit: .max - 1)
        var gone: [UInt8] = []
        // Predictions that are too many: those that stand twice count once, the others leave.
        var spare: [UInt64: [(index: Int, number: Int, bytes: [UInt8])]] = [:]
        try source.forEachChunk { (chunk) throws(BatchFailure) in
            beforeChunk(chunk)
            splitter.add(chunk) { line in
                let record = JournalScan.record(line.bytes)
                guard let record, surplus[record.key]?.take(isOK: record.isOK) != true else {
                    if let record, record.isOK {
                        let bytes = line.bytes + [0x0A]
                        if surplus[record.key]?.isGone == true {
                            gone += bytes
                        } else {
                            spare[record.key, default: []].append((record.index, line.number, bytes))
                        }
                    }
                    return body(nil, line.number)
                }
                if !spare.isEmpty { spare[record.key]?.removeAll { $0.index == record.index } }
                body((record.key, record.index, line.bytes + [0x0A]), line.number)
            }
            if !gone.isEmpty { try leaving.take(gone) }
            gone = []
            try afterChunk()
        }
        for line in spare.values.joined().sorted(by: { $0.number < $1.number }) { try leaving.take(line.bytes) }
    }
}
