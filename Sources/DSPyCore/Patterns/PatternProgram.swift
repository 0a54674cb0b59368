/// An expression as steps that a matcher takes one after the other.
struct PatternProgram: Sendable {
    /// One step.
    enum Step: Sendable {
        case one(PatternSet)
        case jump(Int)
        /// Goes on at the first place, and at the second where that leads nowhere.
        case split(Int, Int)
        /// Notes the place in a slot.
        case save(Int)
        /// Leaves a loop where the text has not moved on since the slot was written: it must not turn on the spot.
        case moved(Int, end: Int)
        case place(PatternPlace)
        /// The steps up to `end` by themselves, and then on from there: forward from here, or back by a width.
        case look(end: Int, back: Int?, isNegative: Bool)
        case atomic(end: Int)
        case reference(Int, ignoresCase: Bool)
        case accept
    }

    /// How many parts are written out at most; a repetition's over and over.
    private static let limit = 20_000
    private var work = 0

    private(set) var steps: [Step] = []
    /// Whether what comes depends on what was taken before, so that a place that led nowhere once may lead somewhere later.
    private(set) var remembers = false
    /// Whether parts of it are matched by themselves, each time with a memory of their own of what was tried.
    private(set) var looks = false
    /// How many slots there are: two for each group, and one for each loop.
    private(set) var slotCount: Int

    /// The steps of an expression; nil when there would be too many.
    init?(_ node: PatternNode, groups: Int) {
        slotCount = 2 * (groups + 1)
        remembers = Self.hasReference(node)
        guard add(node) else { return nil }
        steps.append(.accept)
        looks = steps.contains { step in
            switch step {
            case .look, .atomic: true
            default: false
            }
        }
    }

    private static func hasReference(_ node: PatternNode) -> Bool {
        switch node {
        case .one, .place: false
        case .reference: true
        case .sequence(let parts), .choice(let parts): parts.contains { hasReference($0) }
        case .group(let inner, _), .repeated(let inner, _, _, _), .look(let inner, _, _), .atomic(let inner):
            hasReference(inner)
        }
    }

    private mutating func add(_ node: PatternNode) -> Bool {
        // Nothing a million times over is no step, but takes its time.
        work += 1
        guard work < Self.limit else { return false }
        switch node {
        case .one(let set): steps.append(.one(set))
        case .place(let place): steps.append(.place(place))
        case .reference(let number, let ignoresCase): steps.append(.reference(number, ignoresCase: ignoresCase))
        case .sequence(let parts): return parts.allSatisfy { add($0) }
        case .choice(let parts): return addChoice(parts)
        case .group(let inner, let number):
            // Nobody asks where a group was when nothing refers to it.
            guard remembers else { return add(inner) }
            steps.append(.save(2 * number))
            guard add(inner) else { return false }
            steps.append(.save(2 * number + 1))
        case .look(let inner, let isAhead, let isNegative):
            let back = isAhead ? nil : inner.width
            return addApart(inner) { .look(end: $0, back: back, isNegative: isNegative) }
        case .atomic(let inner): return addApart(inner) { .atomic(end: $0) }
        case .repeated(let inner, let least, let most, .possessive):
            return addApart(.repeated(inner, least: least, most: most, .greedy)) { .atomic(end: $0) }
        case .repeated(let inner, let least, let most, let greed):
            return addRepeated(inner, least, most, isLazy: greed == .lazy)
        }
        return true
    }

    private mutating func addApart(_ inner: PatternNode, _ step: (Int) -> Step) -> Bool {
        let place = steps.count
        steps.append(.accept)
        guard add(inner) else { return false }
        steps.append(.accept)
        steps[place] = step(steps.count)
        return true
    }

    private mutating func addChoice(_ parts: [PatternNode]) -> Bool {
        var ends: [Int] = []
        for part in parts.dropLast() {
            let place = steps.count
            steps.append(.accept)
            guard add(part) else { return false }
            ends.append(steps.count)
            steps.append(.accept)
            steps[place] = .split(place + 1, steps.count)
        }
        if let last = parts.last { guard add(last) else { return false } }
        for end in ends { steps[end] = .jump(steps.count) }
        return true
    }

    private mutating func addRepeated(_ inner: PatternNode, _ least: Int, _ most: Int?, isLazy: Bool) -> Bool {
        func split(_ inside: Int, _ behind: Int) -> Step { isLazy ? .split(behind, inside) : .split(inside, behind) }
        for _ in 0..<least { guard add(inner) else { return false } }
        guard let most else {
            let loop = steps.count
            steps.append(.accept)
            if remembers {
                steps.append(.save(slotCount))
                slotCount += 1
            }
            let slot = slotCount - 1
            guard add(inner) else { return false }
            if remembers { steps.append(.moved(slot, end: steps.count + 2)) }
            steps.append(.jump(loop))
            steps[loop] = split(loop + 1, steps.count)
            return true
        }
        var optional: [Int] = []
        for _ in least..<max(least, most) {
            optional.append(steps.count)
            steps.append(.accept)
            guard add(inner) else { return false }
        }
        for place in optional { steps[place] = split(place + 1, steps.count) }
        return true
    }
}
