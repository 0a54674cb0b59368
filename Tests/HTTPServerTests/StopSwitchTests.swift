import Testing

@testable import HTTPServer

@Suite("Runs that end from outside")
struct StopSwitchTests {
    @Test("what runs is cancelled, what runs later too, and who runs it is not")
    func stops() async throws {
        let stop = StopSwitch()
        let run = Task {
            try await stop.run { try await Task.sleep(for: .seconds(60)) }
        }
        try await Task.sleep(for: .milliseconds(20))
        stop.stop(.deadline)
        await #expect(throws: CancellationError.self) { try await run.value }
        #expect(!run.isCancelled)
        await #expect(throws: CancellationError.self) { try await stop.run { try Task.checkCancellation() } }
    }

    @Test("the first reason stays, but a client that leaves needs no other")
    func reasons() {
        let stop = StopSwitch()
        #expect(stop.reason == nil)
        stop.stop(.deadline)
        stop.stop(.shuttingDown)
        #expect(stop.reason == .deadline)
        stop.stop(.left)
        #expect(stop.reason == .left)
    }
}
