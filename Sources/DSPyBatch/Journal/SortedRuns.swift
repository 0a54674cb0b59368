/// Numbers that come in any order and are given back sorted: eight bytes each, and nothing beside.
///
/// They are kept in runs of a bounded length, each sorted by itself, and merged on the way out. So no array is ever copied
/// to a larger one, and sorting needs no second one.
struct SortedRuns {
    private var runs: [[UInt64]] = []
    private var open: [UInt64] = []
    /// Runs that have a number left, a heap by their next ones; nil before the first number is taken out.
    private var heads: [(number: UInt64, run: Int, place: Int)]?
    private let length: Int

    /// No numbers.
    init(length: Int = 1 << 16) { self.length = length }

    /// Takes a number; not once one was taken out.
    mutating func add(_ number: UInt64) {
        if open.isEmpty { open.reserveCapacity(length) }
        open.append(number)
        if open.count == length { close() }
    }

    /// Takes out the smallest number.
    mutating func next() -> UInt64? {
        if heads == nil { begin() }
        guard var heads, let first = heads.first else { return nil }
        // The array must have one owner, or each step would copy it.
        self.heads = nil
        defer { self.heads = heads }
        let place = first.place + 1
        if place < runs[first.run].count {
            heads[0] = (runs[first.run][place], first.run, place)
        } else {
            runs[first.run] = []
            heads[0] = heads[heads.count - 1]
            heads.removeLast()
        }
        Self.sink(&heads, 0)
        return first.number
    }

    private mutating func close() {
        open.sort()
        runs.append(open)
        open = []
    }

    private mutating func begin() {
        if !open.isEmpty { close() }
        var heads = runs.indices.map { (number: runs[$0][0], run: $0, place: 0) }
        for place in heads.indices.reversed() { Self.sink(&heads, place) }
        self.heads = heads
    }

    private static func sink(_ heads: inout [(number: UInt64, run: Int, place: Int)], _ start: Int) {
        var place = start
        while true {
            var least = place
            for child in [2 * place + 1, 2 * place + 2]
            where child < heads.count && heads[child].number < heads[least].number {
                least = child
            }
            if least == place { return }
            heads.swapAt(place, least)
            place = least
        }
    }
}
