import DSPy

/// A module that waits for so many seconds.
struct Pause: Module {
    let seconds: Int

    func forward(_ inputs: ValueDict, in context: RunContext) async throws -> Prediction {
        try await Task.sleep(for: .seconds(seconds))
        return Prediction(["waited": .int(seconds)])
    }
}

/// To wait for 1 s and for 2 s takes 2 s, not 3.
func twoWaits() async throws {
    let start = ContinuousClock.now
    async let one = Pause(seconds: 1).acall([:], in: RunContext())
    async let two = Pause(seconds: 2).acall([:], in: RunContext())
    let waited = try await [one, two].compactMap { $0.waited?.int }
    print("waited for \(waited) s in \((ContinuousClock.now - start) / .seconds(1)) s")
}
