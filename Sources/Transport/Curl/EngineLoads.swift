/// Which of libcurl's threads an exchange with a server goes to: how many exchanges each has, and how many it had at most.
///
/// A connection belongs to the thread that opened it, so the most exchanges that a thread had at once is about how many
/// connections it has. All threads together never have more than there were exchanges at once.
struct EngineLoads {
    /// How many exchanges at once the first thread takes before another helps.
    static let alone = 32

    private struct Load {
        var (running, most) = (0, 0)
        var free: Int { most - running }
    }

    private var loads = [Load()]
    private let limit: Int

    /// Loads of up to so many threads, at least one; only the first is used at first.
    init(limit: Int) { self.limit = limit }

    /// How many threads are used.
    var count: Int { loads.count }

    /// Takes a place for an exchange; it may be at a thread that was not used before.
    ///
    /// - Returns: The thread, counted from 0.
    mutating func take() -> Int {
        let index = freest ?? leastGrown
        if index == loads.count { loads.append(Load()) }
        loads[index].running += 1
        loads[index].most = max(loads[index].most, loads[index].running)
        return index
    }

    /// Gives the place back.
    mutating func giveBack(_ index: Int) { loads[index].running -= 1 }

    /// The thread with the most connections that nobody uses, the first of equals.
    private var freest: Int? {
        var best: Int?
        for index in loads.indices where loads[index].free > (best.map { loads[$0].free } ?? 0) { best = index }
        return best
    }

    /// The thread that opens another connection.
    ///
    /// The first one gets no more than the others, although it was there before them: rows may run on it as well.
    private var leastGrown: Int {
        if loads[0].most < Self.alone { return 0 }
        if loads.count < limit { return loads.count }
        return loads.indices.reversed().min { loads[$0].most < loads[$1].most } ?? 0
    }
}
