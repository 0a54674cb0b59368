import Platform
import Console
import DSPyBatch

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// One look through a whole input file before the first call: how many rows, which are bad, whether ids repeat.
struct InputSurvey {
    /// How many rows there are.
    private(set) var rows = 0
    /// The first bad rows, with the line and what is wrong.
    private(set) var bad: [(line: Int, error: RowError)] = []
    /// How many rows are bad.
    private(set) var badCount = 0
    /// The first id that stands twice.
    private(set) var duplicate: (id: String, first: Int, second: Int)?

    /// Reads the file from its start.
    ///
    /// - Parameter validate: What is wrong with a row's fields; nil when nothing is. Without it fields are not looked at.
    init(
        _ descriptor: Int32, _ options: RowParser.Options, tracksIDs: Bool, _ validate: ((BatchRow) -> RowError?)? = nil
    ) throws {
        var parser = RowParser(options, namesOnly: validate == nil)
        var seen = IDTable()
        let size = 1 << 18
        let buffer = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: 16)
        defer { buffer.deallocate() }
        var offset: off_t = 0
        while true {
            let count = pread(descriptor, buffer, size, offset)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else {
                throw Failure(.io, "the input cannot be read: \(String(cString: strerror(errno)))")
            }
            let found = count == 0 ? parser.end() : parser.add(UnsafeRawBufferPointer(start: buffer, count: count))
            for row in found { add(row, &seen, tracksIDs, validate) }
            if count == 0 { return }
            offset += off_t(count)
        }
    }

    private mutating func add(
        _ row: BatchRow, _ seen: inout IDTable, _ tracksIDs: Bool, _ validate: ((BatchRow) -> RowError?)?
    ) {
        rows += 1
        if tracksIDs, row.mayRepeat, duplicate == nil, let first = seen.note(row.id, line: row.line) {
            duplicate = (row.id, first, row.line)
        }
        let error: RowError?
        switch row.content {
        case .failure(let failure): error = failure
        case .success: error = validate?(row)
        }
        if let error {
            badCount += 1
            if bad.count < 10 { bad.append((row.line, error)) }
        }
    }
}

/// A generator whose numbers are the same for the same seed everywhere (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// `count` different numbers below `total`, sorted.
    static func sample(_ count: Int, of total: Int, seed: UInt64) -> [Int] {
        var generator = SeededGenerator(seed: seed)
        var chosen: [Int] = []
        // Walks the numbers once: each is taken with the chance that fills the sample exactly.
        for number in 0..<total where chosen.count < count {
            if Int.random(in: 0..<(total - number), using: &generator) < count - chosen.count { chosen.append(number) }
        }
        return chosen
    }
}
