/// A part of an `IDTable`: slots in the order of their hashes, with gaps between them.
///
/// Open addressing with linear probing in which a run of slots is sorted (Amble and Knuth, "Ordered hash tables", 1974): a
/// search for what is not there ends at the first larger hash, so that slots may be nine tenths full.
struct IDSegment: Sendable {
    /// An id: 64 bits of its hash, 24 more, and 40 bits for its line.
    struct Slot: Sendable {
        fileprivate let hash: UInt64
        fileprivate let rest: UInt64

        /// The slot of an id; a line beyond 2⁴⁰ is told as that.
        init(_ hash: UInt64, mark: UInt64, line: Int) {
            self.hash = hash
            rest = mark << 40 | min(UInt64(line), Self.lineBits)
        }

        fileprivate init() { (hash, rest) = (0, 0) }

        private static let lineBits: UInt64 = 1 << 40 - 1

        /// Lines count from 1.
        fileprivate var isEmpty: Bool { rest & Self.lineBits == 0 }
        fileprivate var line: Int { Int(rest & Self.lineBits) }
        fileprivate func isSame(as other: Slot) -> Bool { hash == other.hash && rest >> 40 == other.rest >> 40 }
    }

    /// Slots by their hashes, and some more behind for what the last ones push on.
    private var slots: [Slot] = []
    private var capacity = 0
    private var spare = 0
    /// How many slots are taken.
    private(set) var count = 0

    /// How many bytes the slots take.
    var byteCount: Int { slots.count * MemoryLayout<Slot>.stride }

    /// Puts a slot in, unless one of its id is there; then tells the line of that.
    mutating func note(_ slot: Slot) -> Int? {
        if (count + 1) * 10 > capacity * 9 { grow() }
        while true {
            var place = place(of: slot.hash)
            while place < slots.count, !slots[place].isEmpty, slots[place].hash <= slot.hash {
                if slots[place].isSame(as: slot) { return slots[place].line }
                place += 1
            }
            if put(slot, at: place) { return nil }
            // The largest hashes are many: they need more room behind, not more in all.
            spare += 8
            rebuild()
        }
    }

    /// Puts a slot in and moves on what stands there; false when there is no room behind.
    private mutating func put(_ slot: Slot, at place: Int) -> Bool {
        var gap = place
        while gap < slots.count, !slots[gap].isEmpty { gap += 1 }
        guard gap < slots.count else { return false }
        while gap > place {
            slots[gap] = slots[gap - 1]
            gap -= 1
        }
        slots[place] = slot
        count += 1
        return true
    }

    /// Where a hash belongs: in proportion to its size, so that places are in the order of hashes.
    private func place(of hash: UInt64) -> Int { Int(UInt64(capacity).multipliedFullWidth(by: hash).high) }

    /// An eighth more room.
    private mutating func grow() {
        capacity = capacity < 8 ? 8 : capacity + capacity / 8
        spare = min(capacity / 2, 32)
        rebuild()
    }

    private mutating func rebuild() {
        let old = slots
        while !fill(from: old) { spare += 8 }
    }

    private mutating func fill(from old: [Slot]) -> Bool {
        slots = Array(repeating: Slot(), count: capacity + spare)
        var next = 0
        for slot in old where !slot.isEmpty {
            let place = max(next, place(of: slot.hash))
            guard place < slots.count else { return false }
            slots[place] = slot
            next = place + 1
        }
        return true
    }
}
