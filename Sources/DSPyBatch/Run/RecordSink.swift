import Platform
/// Where finished rows go: straight on, or held back until their turn.
///
/// Nothing is written before ``flush()``, so that rows that ended together are written together.
struct RecordSink {
    private let writer: LineWriter
    private let isOrdered: Bool
    private let watch: JournalWatch?
    private var held: [Int: [UInt8]] = [:]
    private var heldBytes = 0
    /// The places of rows in the order of the input, from the first that is not written.
    private var turns: [Int] = []
    private var next = 0
    /// Lines whose turn it is.
    private var ready: [UInt8] = []

    init(_ writer: LineWriter, isOrdered: Bool, watch: JournalWatch? = nil) {
        self.writer = writer
        self.watch = watch
        self.isOrdered = isOrdered
    }

    /// Whether another row may start: so many may run ahead of the one whose turn it is, and what they hold is bounded too,
    /// as rows may be long.
    ///
    /// - Parameter window: How many rows may run at once.
    func hasRoom(window: Int) -> Bool {
        turns.count - next < max(1024, window * 4) && heldBytes < 16 << 20
    }

    /// Notes that a row has started, in the order of the input.
    mutating func expect(_ index: Int) {
        guard isOrdered else { return }
        turns.append(index)
        if next > 4096 {
            turns.removeFirst(next)
            next = 0
        }
    }

    /// Takes a row, also one that will never come.
    mutating func add(_ row: FinishedRow) {
        if isOrdered {
            hold(row.line ?? [], row.index)
        } else if let line = row.line {
            take(line)
        }
    }

    /// Takes over what still waits for rows that will not come, in order.
    mutating func giveUpWaiting() {
        while next < turns.count {
            if let bytes = held.removeValue(forKey: turns[next]) { take(bytes) }
            next += 1
        }
        heldBytes = 0
    }

    /// Writes what was taken.
    mutating func flush() async throws(BatchFailure) {
        guard !ready.isEmpty else { return }
        let bytes = ready
        ready = []
        do throws(OutputError) { try await writer.write(bytes) } catch { throw BatchFailure(error) }
        try watch?.wrote(bytes.count)
    }

    private mutating func take(_ bytes: [UInt8]) {
        if ready.isEmpty { ready = bytes } else { ready += bytes }
    }

    private mutating func hold(_ bytes: [UInt8], _ index: Int) {
        held[index] = bytes
        heldBytes += bytes.count
        while next < turns.count, let bytes = held.removeValue(forKey: turns[next]) {
            next += 1
            heldBytes -= bytes.count
            take(bytes)
        }
    }
}
