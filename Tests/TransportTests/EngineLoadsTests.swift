import Basics
import TestSupport
import Testing

@testable import Transport

/// Which thread of the network an exchange goes to.
@Suite struct EngineLoadsTests {
    @Test("the first thread has 32 exchanges to itself, then the second is given as many")
    func growth() {
        var loads = EngineLoads(limit: 2)
        let places = (0..<512).map { _ in loads.take() }
        #expect(places.prefix(32).allSatisfy { $0 == 0 })
        #expect(places.prefix(64).dropFirst(32).allSatisfy { $0 == 1 })
        #expect(places.count { $0 == 0 } == 256)
        #expect(loads.count == 2)
    }

    @Test("one exchange after another, and fewer than 33 at once, stay with the first")
    func few() {
        var loads = EngineLoads(limit: 2)
        for width in [1, 5, 32] {
            for _ in 0..<100 {
                let places = (0..<width).map { _ in loads.take() }
                #expect(places.allSatisfy { $0 == 0 })
                for place in places { loads.giveBack(place) }
            }
        }
        #expect(loads.count == 1)
    }

    @Test("a thread that is alone takes all")
    func one() {
        var loads = EngineLoads(limit: 1)
        #expect((0..<500).allSatisfy { _ in loads.take() == 0 })
    }

    @Test("whatever comes and goes, there are no more connections than there were exchanges at once", arguments: 0..<40)
    func connections(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var loads = EngineLoads(limit: 1 + Int(seed % 4))
        var running: [Int] = []
        var counts = [Int](repeating: 0, count: 4)
        var opened = counts
        var most = 0
        var widest = 1
        var steps = 0
        for step in 0..<4_000 {
            if step % 200 == 0 { widest = Int.random(in: 1...300, using: &random) }
            if running.count < widest, Bool.random(using: &random) || running.isEmpty {
                let place = loads.take()
                running.append(place)
                counts[place] += 1
                opened[place] = max(opened[place], counts[place])
            } else {
                let place = running.remove(at: Int.random(in: running.indices, using: &random))
                counts[place] -= 1
                loads.giveBack(place)
            }
            most = max(most, running.count)
            if opened.reduce(0, +) == most { steps += 1 }
        }
        #expect(steps == 4_000)
        #expect(loads.count <= 1 + Int(seed % 4))
    }
}
