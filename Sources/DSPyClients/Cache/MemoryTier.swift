/// The answers used last, in memory, as the bytes that the file holds; bounded by their number and by their size.
///
/// They stand one behind the other in blocks, and the oldest block goes as a whole: thousands of small arrays that each stay
/// for long tear the heap to pieces, and whatever comes and goes between them pays for it. An answer that is used after half
/// of the room was filled behind it is written once more, so at least what was used in the last half is there.
struct MemoryTier {
    /// A number of entries and what they take.
    private struct Amount {
        var (count, size) = (0, 0)
    }

    private struct Entry {
        var key: UInt64
        var restOfKey: UInt64
        /// Where the answer ends; it begins where the one before ends.
        var end: Int
    }

    private struct Block {
        var entries: [Entry] = []
        var bytes: [UInt8] = []
        /// What had been written when the block was begun.
        let before: Amount

        func bytes(of index: Int) -> ArraySlice<UInt8> {
            bytes[(index == 0 ? 0 : entries[index - 1].end)..<entries[index].end]
        }
    }

    private struct Place: Equatable {
        /// Counted from the first block there ever was.
        var block: Int
        var index: Int
    }

    private let maximum: Amount
    /// What a block holds, if no single answer is larger.
    private let share: Amount
    private var blocks: [Block] = []
    private var droppedBlocks = 0
    private var written = Amount()
    /// By the first eight bytes of the key.
    private var places: [UInt64: Place] = [:]

    init(maximumCount: Int, maximumSize: Int) {
        maximum = Amount(count: maximumCount, size: maximumSize)
        share = Amount(count: max(1, maximumCount / 16), size: min(maximumSize / 16, 1 << 20))
    }

    /// How many answers there are.
    var count: Int { places.count }

    /// About how many bytes they take.
    var size: Int { written.size - (blocks.first?.before.size ?? written.size) }

    /// The answer of a key.
    mutating func bytes(for key: CacheKey) -> [UInt8]? {
        guard let place = places[key.prefix] else { return nil }
        let block = blocks[place.block - droppedBlocks]
        guard block.entries[place.index].restOfKey == key.restOfShort else { return nil }
        let bytes = Array(block.bytes(of: place.index))
        let isOld =
            written.count - block.before.count > maximum.count / 2
            || written.size - block.before.size > maximum.size / 2
        if isOld { insert(bytes, for: key) }
        return bytes
    }

    /// Keeps an answer, and lets go of the oldest ones where there is no room.
    mutating func insert(_ bytes: [UInt8], for key: CacheKey) {
        let size = Self.size(of: bytes)
        guard size <= maximum.size, maximum.count > 0 else { return }
        if !hasRoom(for: size) { beginBlock(for: bytes.count) }
        let last = blocks.count - 1
        places[key.prefix] = Place(block: droppedBlocks + last, index: blocks[last].entries.count)
        blocks[last].bytes.append(contentsOf: bytes)
        blocks[last].entries.append(
            Entry(key: key.prefix, restOfKey: key.restOfShort, end: blocks[last].bytes.count))
        written.count += 1
        written.size += size
        while written.count - blocks[0].before.count > maximum.count || self.size > maximum.size { dropBlock() }
    }

    /// Lets go of an answer; its room comes free with its block.
    mutating func remove(_ key: CacheKey) {
        guard let place = places[key.prefix],
            blocks[place.block - droppedBlocks].entries[place.index].restOfKey == key.restOfShort
        else { return }
        places[key.prefix] = nil
    }

    /// Whether the newest block has room for an answer of a size.
    private func hasRoom(for size: Int) -> Bool {
        guard let block = blocks.last else { return false }
        return block.entries.count < share.count && written.size - block.before.size + size <= share.size
    }

    private mutating func beginBlock(for count: Int) {
        var block = Block(before: written)
        block.bytes.reserveCapacity(max(share.size, count))
        blocks.append(block)
    }

    private mutating func dropBlock() {
        let block = blocks.removeFirst()
        for (index, entry) in block.entries.enumerated()
        where places[entry.key] == Place(block: droppedBlocks, index: index) {
            places[entry.key] = nil
        }
        droppedBlocks += 1
    }

    /// About how many bytes an answer takes, with its key.
    private static func size(of bytes: [UInt8]) -> Int { bytes.count + 64 }
}
