/// The answers used last, in memory, as the bytes that the file holds; bounded by their number and by their size.
///
/// Bytes, because an answer of many small parts that stays for long tears the heap to pieces.
struct MemoryTier {
    private struct Node {
        var key: CacheKey
        var bytes: [UInt8]
        var newer: Int
        var older: Int
    }

    private let maximumCount: Int
    private let maximumSize: Int
    private var nodes: [Node] = []
    private var free: [Int] = []
    private var places: [CacheKey: Int] = [:]
    private var newest = -1
    private var oldest = -1
    /// About how many bytes the answers take.
    private(set) var size = 0

    init(maximumCount: Int, maximumSize: Int) {
        self.maximumCount = maximumCount
        self.maximumSize = maximumSize
    }

    /// How many answers there are.
    var count: Int { places.count }

    /// The answer of a key, which is then the newest.
    mutating func bytes(for key: CacheKey) -> [UInt8]? {
        guard let place = places[key] else { return nil }
        if place != newest {
            unlink(place)
            link(place)
        }
        return nodes[place].bytes
    }

    /// Keeps an answer, and lets go of the oldest ones where there is no room.
    mutating func insert(_ bytes: [UInt8], for key: CacheKey) {
        let size = Self.size(of: bytes)
        guard size <= maximumSize, maximumCount > 0 else { return }
        if let place = places[key] { remove(place) }
        let node = Node(key: key, bytes: bytes, newer: -1, older: -1)
        let place: Int
        if let reused = free.popLast() {
            place = reused
            nodes[place] = node
        } else {
            place = nodes.count
            nodes.append(node)
        }
        places[key] = place
        self.size += size
        link(place)
        while count > maximumCount || self.size > maximumSize { remove(oldest) }
    }

    private mutating func remove(_ place: Int) {
        unlink(place)
        size -= Self.size(of: nodes[place].bytes)
        places[nodes[place].key] = nil
        nodes[place].bytes = []
        free.append(place)
    }

    private mutating func link(_ place: Int) {
        nodes[place].newer = -1
        nodes[place].older = newest
        if newest >= 0 { nodes[newest].newer = place }
        newest = place
        if oldest < 0 { oldest = place }
    }

    private mutating func unlink(_ place: Int) {
        let (newer, older) = (nodes[place].newer, nodes[place].older)
        if newer >= 0 { nodes[newer].older = older } else { newest = older }
        if older >= 0 { nodes[older].newer = newer } else { oldest = newer }
    }

    /// About how many bytes an answer takes, with its key and what surrounds both.
    private static func size(of bytes: [UInt8]) -> Int { bytes.count + 192 }
}
