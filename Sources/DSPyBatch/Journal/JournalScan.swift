import OrderedJSON

/// What an output file already holds, read once from its start.
package struct JournalScan: Sendable {
    /// The hashes of rows that need no further work, sorted.
    package private(set) var done: [UInt64] = []
    /// How many rows have a prediction.
    package private(set) var ok = 0
    /// How many rows failed for good.
    package private(set) var failed = 0
    /// Hashes of failed rows that a later row of the file has repaired.
    package private(set) var repaired: Set<UInt64> = []
    /// How many bytes at the end of the file are no whole row.
    package private(set) var torn = 0
    /// Whether the last row is whole but for its line feed.
    package private(set) var lacksLineFeed = false
    /// Lines that are no rows of a batch.
    package private(set) var strange: [Int] = []

    /// Reads the lines of a journal.
    ///
    /// - Parameter redoFailed: Whether failed rows are to be done again.
    init(_ descriptor: Int32, _ path: String, redoFailed: Bool) throws(BatchFailure) {
        var splitter = LineSplitter(limit: .max - 1)
        var failures: [UInt64: Int] = [:]
        var good: [UInt64] = []
        var lastByte: UInt8 = 0x0A
        var strange: [Int] = []
        func take(_ line: LineSplitter.Line) {
            guard !line.bytes.isEmpty else { return }
            guard let record = Self.record(line.bytes) else {
                strange.append(line.number)
                return
            }
            if record.isOK { good.append(record.key) } else { failures[record.key, default: 0] += 1 }
        }
        try FileAccess.read(descriptor, path) { chunk in
            if let last = chunk.last { lastByte = last }
            splitter.add(chunk) { take($0) }
        }
        if let last = splitter.end(), lastByte != 0x0A {
            if Self.record(last.bytes) != nil {
                lacksLineFeed = true
                take(last)
            } else {
                torn = last.length
            }
        }
        self.strange = strange
        good.sort()
        ok = good.count
        // A row that failed and was done again later stands twice until the file is tidied.
        for (key, count) in failures {
            if Self.contains(good, key) {
                repaired.insert(key)
            } else {
                failed += redoFailed ? 0 : count
            }
        }
        done = good
        if !redoFailed {
            for (key, count) in failures where !repaired.contains(key) {
                done.append(contentsOf: repeatElement(key, count: count))
            }
            done.sort()
        }
    }

    /// The status, hash and place of one line; nil when it is no row.
    static func record(_ bytes: [UInt8]) -> (isOK: Bool, key: UInt64, index: Int)? {
        guard let json = try? JSON(parsing: bytes, options: .python), let text = json["key"]?.string,
            let key = UInt64(text, radix: 16), let status = json["status"]?.string
        else { return nil }
        return (status == "ok", key, json["index"]?.int ?? 0)
    }

    private static func contains(_ sorted: [UInt64], _ key: UInt64) -> Bool {
        let place = lowerBound(sorted, key)
        return place < sorted.count && sorted[place] == key
    }

    static func lowerBound(_ sorted: [UInt64], _ key: UInt64) -> Int {
        var (low, high) = (0, sorted.count)
        while low < high {
            let middle = (low + high) / 2
            if sorted[middle] < key { low = middle + 1 } else { high = middle }
        }
        return low
    }
}

/// The rows that are done already: eight bytes and a bit for each.
package struct DoneRows: Sendable {
    private let keys: [UInt64]
    private var taken: [UInt64]

    /// The rows with these hashes, sorted; a hash that stands twice stands for two rows.
    package init(sorted keys: [UInt64]) {
        self.keys = keys
        taken = Array(repeating: 0, count: (keys.count + 63) / 64)
    }

    /// Whether a row of this hash is done and not taken yet; takes it.
    package mutating func take(_ key: UInt64) -> Bool {
        var place = JournalScan.lowerBound(keys, key)
        while place < keys.count, keys[place] == key {
            let bit = UInt64(1) << UInt64(place % 64)
            if taken[place / 64] & bit == 0 {
                taken[place / 64] |= bit
                return true
            }
            place += 1
        }
        return false
    }
}
