import Platform
import OrderedJSON

/// What an output file already holds, read once from its start.
package struct JournalScan: Sendable {
    /// The hashes of rows that have a prediction, sorted.
    package private(set) var ok: [UInt64] = []
    /// How often a row failed, by its hash.
    package private(set) var failures: [UInt64: Int] = [:]
    /// How many bytes at the end of the file are no whole row.
    package private(set) var torn = 0
    /// Whether the last row is whole but for its line feed.
    package private(set) var lacksLineFeed = false
    /// The first line that is no row of a batch, and how many there are.
    package private(set) var strange: (first: Int, count: Int)?

    /// Whether there is any row.
    package var isEmpty: Bool { ok.isEmpty && failures.isEmpty }

    /// Reads the lines of a journal.
    init(_ file: OpenFile) throws(BatchFailure) {
        var splitter = LineSplitter(limit: .max - 1)
        var (ok, failures, lastByte) = ([UInt64](), [UInt64: Int](), UInt8(0x0A))
        var strange: (first: Int, count: Int)?
        func take(_ line: LineSplitter.Line) {
            guard !line.bytes.isEmpty else { return }
            guard let record = Self.record(line.bytes) else {
                strange = (strange?.first ?? line.number, (strange?.count ?? 0) + 1)
                return
            }
            if record.isOK { ok.append(record.key) } else { failures[record.key, default: 0] += 1 }
        }
        try file.forEachChunk { chunk in
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
        ok.sort()
        (self.ok, self.failures, self.strange) = (ok, failures, strange)
    }

    /// How many rows of a hash have a prediction.
    func countOK(_ key: UInt64) -> Int {
        var place = Self.lowerBound(ok, key)
        let start = place
        while place < ok.count, ok[place] == key { place += 1 }
        return place - start
    }

    /// The status, hash and place of one line; nil when it is no row.
    static func record(_ bytes: [UInt8]) -> (isOK: Bool, key: UInt64, index: Int)? {
        guard let json = try? JSON(parsing: bytes, options: .python), let text = json["key"]?.string,
            let key = UInt64(text, radix: 16), let status = json["status"]?.string
        else { return nil }
        return (status == "ok", key, json["index"]?.int ?? 0)
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
