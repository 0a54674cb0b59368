/// Where finished rows go: straight on, or held back until their turn.
struct RecordSink {
    private let writer: LineWriter
    private let encode: @Sendable (BatchRecord) -> [UInt8]
    private let isOrdered: Bool
    private var held: [Int: [UInt8]] = [:]
    /// The places of rows in the order of the input, from the first that is not written.
    private var turns: [Int] = []
    private var next = 0

    init(_ writer: LineWriter, isOrdered: Bool, encode: @escaping @Sendable (BatchRecord) -> [UInt8]) {
        self.writer = writer
        self.isOrdered = isOrdered
        self.encode = encode
    }

    /// How many rows wait for the one whose turn it is.
    var backlog: Int { turns.count - next }

    /// Notes that a row has started, in the order of the input.
    mutating func expect(_ index: Int) {
        guard isOrdered else { return }
        turns.append(index)
        if next > 4096 {
            turns.removeFirst(next)
            next = 0
        }
    }

    /// Writes a row, and those that waited for it.
    mutating func add(_ record: BatchRecord) async throws(BatchFailure) {
        let bytes = encode(record)
        guard isOrdered else { return try await writer.write(bytes) }
        held[record.index] = bytes
        try await flush(all: false)
    }

    /// Notes that a row will never come.
    mutating func drop(_ index: Int) async throws(BatchFailure) {
        guard isOrdered else { return }
        held[index] = []
        try await flush(all: false)
    }

    /// Writes what still waits, in order.
    mutating func flush(all: Bool) async throws(BatchFailure) {
        while next < turns.count {
            guard let bytes = held.removeValue(forKey: turns[next]) else {
                guard all else { return }
                next += 1
                continue
            }
            next += 1
            if !bytes.isEmpty { try await writer.write(bytes) }
        }
    }
}
