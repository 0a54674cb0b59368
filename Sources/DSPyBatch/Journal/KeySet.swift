/// Hashes of rows, of which each can be taken once: eight bytes and a bit for each.
struct KeySet: Sendable {
    /// The hashes, sorted; one that stands twice stands for two rows.
    let keys: [UInt64]
    private var taken: [UInt64]
    /// How many are not taken yet.
    private(set) var left: Int

    /// The hashes, which must be sorted.
    init(sorted keys: [UInt64]) {
        self.keys = keys
        taken = Array(repeating: 0, count: (keys.count + 63) / 64)
        left = keys.count
    }

    /// Whether a row of this hash is there and not taken yet; takes it.
    mutating func take(_ key: UInt64) -> Bool {
        var place = JournalScan.lowerBound(keys, key)
        while place < keys.count, keys[place] == key {
            if !isTaken(place) {
                taken[place / 64] |= 1 << UInt64(place % 64)
                left -= 1
                return true
            }
            place += 1
        }
        return false
    }

    /// Whether there is a row of this hash, taken or not.
    func contains(_ key: UInt64) -> Bool {
        let place = JournalScan.lowerBound(keys, key)
        return place < keys.count && keys[place] == key
    }

    /// Walks the different hashes, with how many rows each has and how many of them are taken.
    func forEach(_ body: (_ key: UInt64, _ count: Int, _ taken: Int) -> Void) {
        var place = 0
        while place < keys.count {
            let (key, start) = (keys[place], place)
            var taken = 0
            while place < keys.count, keys[place] == key {
                taken += isTaken(place) ? 1 : 0
                place += 1
            }
            body(key, place - start, taken)
        }
    }

    private func isTaken(_ place: Int) -> Bool { taken[place / 64] & 1 << UInt64(place % 64) != 0 }
}
