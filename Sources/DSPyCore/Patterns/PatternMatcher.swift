/// Takes the steps of an expression through a text.
///
/// Without references to groups each step is taken at each place once: what led nowhere leads nowhere again, so the time grows
/// with the length of the expression times that of the text, whatever the expression is. With them, and beyond a bound, it
/// gives up.
struct PatternMatcher {
    private struct Thread {
        var step: Int
        var place: Int
        var slots: [Int]
    }

    /// What was tried: a bit for each step and place, or a set where that would be much.
    private enum Tried {
        case bits([UInt64])
        case places(Set<Int>)
        case nothing

        /// Takes note; false when it was there already.
        mutating func insert(_ key: Int) -> Bool {
            switch self {
            case .bits(var words):
                self = .nothing
                let (word, bit) = (key >> 6, UInt64(1) << UInt64(key & 63))
                let isNew = words[word] & bit == 0
                words[word] |= bit
                self = .bits(words)
                return isNew
            case .places(var places):
                self = .nothing
                let isNew = places.insert(key).inserted
                self = .places(places)
                return isNew
            case .nothing: return true
            }
        }
    }

    private let program: PatternProgram
    private let text: [Unicode.Scalar]
    /// How many steps may still be taken.
    private var budget: Int

    init(_ program: PatternProgram, _ text: [Unicode.Scalar]) {
        self.program = program
        self.text = text
        // What remembers much of each step may take fewer.
        let isCostly = program.remembers || program.looks || Self.size(program, text) >= Self.mostBits
        budget = min(1_000_000 + 50 * text.count, isCostly ? 2_000_000 : 20_000_000)
    }

    /// Up to here a bit for each step and place is kept.
    private static let mostBits = 1 << 27

    private static func size(_ program: PatternProgram, _ text: [Unicode.Scalar]) -> Int {
        program.steps.count.multipliedReportingOverflow(by: text.count + 1).partialValue
    }

    /// Whether some part of the text matches.
    mutating func search() -> PythonPattern.Verdict {
        let size = Self.size(program, text)
        var tried: Tried =
            program.remembers
            ? .nothing : size < Self.mostBits ? .bits(.init(repeating: 0, count: size / 64 + 1)) : .places([])
        let slots = program.remembers ? [Int](repeating: -1, count: program.slotCount) : []
        for start in 0...text.count {
            if run(Thread(step: 0, place: start, slots: slots), &tried) != nil { return .found }
            if budget <= 0 { return .undecided }
        }
        return .notFound
    }

    /// Where the steps from here to an `accept` end; nil when they do not, or when it takes too long.
    private mutating func run(_ first: Thread, _ tried: inout Tried) -> Thread? {
        var waiting = [first]
        while var thread = waiting.popLast() {
            while true {
                budget -= 1
                guard budget > 0 else { return nil }
                guard tried.insert(thread.step * (text.count + 1) + thread.place) else { break }
                if case .accept = program.steps[thread.step] { return thread }
                guard take(&thread, &waiting) else { break }
            }
        }
        return nil
    }

    /// Takes one step; false when it leads nowhere.
    private mutating func take(_ thread: inout Thread, _ waiting: inout [Thread]) -> Bool {
        switch program.steps[thread.step] {
        case .accept: return true
        case .one(let set):
            guard thread.place < text.count, set.contains(text[thread.place]) else { return false }
            thread.place += 1
        case .jump(let target):
            thread.step = target
            return true
        case .split(let first, let second):
            var other = thread
            other.step = second
            waiting.append(other)
            thread.step = first
            return true
        case .save(let slot):
            // The slots are copied where another thread waits with the same ones.
            budget -= thread.slots.count / 8
            thread.slots[slot] = thread.place
        case .moved(let slot, let end):
            if thread.slots[slot] == thread.place {
                thread.step = end
                return true
            }
        case .place(let place): guard place.holds(at: thread.place, in: text) else { return false }
        case .look(let end, let back, let isNegative):
            let start = thread.place - (back ?? 0)
            let found = start < 0 ? nil : inner(thread, at: start)
            guard budget > 0, (found != nil) != isNegative else { return false }
            if let found { thread.slots = found.slots }
            thread.step = end
            return true
        case .atomic(let end):
            guard let found = inner(thread, at: thread.place) else { return false }
            thread = found
            thread.step = end
            return true
        case .reference(let number, let ignoresCase):
            guard let end = placeBehind(number, ignoresCase, thread) else { return false }
            thread.place = end
        }
        thread.step += 1
        return true
    }

    /// Takes the steps behind a step by themselves.
    private mutating func inner(_ thread: Thread, at place: Int) -> Thread? {
        var tried: Tried = program.remembers ? .nothing : .places([])
        return run(Thread(step: thread.step + 1, place: place, slots: thread.slots), &tried)
    }

    /// Where what a group took stands once more.
    private func placeBehind(_ number: Int, _ ignoresCase: Bool, _ thread: Thread) -> Int? {
        let (start, end) = (thread.slots[2 * number], thread.slots[2 * number + 1])
        guard start >= 0, end >= start, thread.place + end - start <= text.count else { return nil }
        for offset in 0..<(end - start) {
            let (given, found) = (text[start + offset], text[thread.place + offset])
            guard given == found || ignoresCase && PatternSet.otherCases(given).contains(found) else { return nil }
        }
        return thread.place + end - start
    }
}
