import DSPy
import OrderedJSON

/// The answers used last, in memory; bounded by their number and by their size.
struct MemoryTier {
    private struct Node {
        var key: CacheKey
        var response: LMResponse
        var size: Int
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
    mutating func response(for key: CacheKey) -> LMResponse? {
        guard let place = places[key] else { return nil }
        if place != newest {
            unlink(place)
            link(place)
        }
        return nodes[place].response
    }

    /// Keeps an answer, and lets go of the oldest ones where there is no room.
    mutating func insert(_ response: LMResponse, for key: CacheKey) {
        let size = Self.size(of: response)
        guard size <= maximumSize, maximumCount > 0 else { return }
        if let place = places[key] { remove(place) }
        let node = Node(key: key, response: response, size: size, newer: -1, older: -1)
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
        size -= nodes[place].size
        places[nodes[place].key] = nil
        nodes[place].response = LMResponse(outputs: [])
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

    /// About how many bytes an answer takes.
    static func size(of response: LMResponse) -> Int {
        response.outputs.reduce(256) { sum, output in
            var size = sum + 128 + (output.text?.utf8.count ?? 0) + (output.reasoning?.utf8.count ?? 0)
            if !output.toolCalls.isEmpty || output.logprobs != nil {
                size += 8 * (output.toolCalls.reduce(0) { $0 + $1.text().utf8.count })
                size += 8 * (output.logprobs?.text().utf8.count ?? 0)
            }
            return size
        }
    }
}
