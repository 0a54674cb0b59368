import DSPy

/// Fails at one number in seven.
struct Squares: Module {
    struct Unlucky: Error {}

    func forward(_ inputs: ValueDict, in context: RunContext) async throws -> Prediction {
        let number = inputs["n"]?.int ?? 0
        await Task.yield()
        if number % 7 == 3 { throw Unlucky() }
        return Prediction(["square": .int(number * number)])
    }
}

/// Many rows at a time: every prediction stands in its place, whichever rows fail.
func manyRows() async throws {
    let rows = (0..<40).map { Example(["n": .int($0)]).withInputs("n") }
    for threads in [1, 2, 3, 8, 40] {
        let results = try await Squares().batch(rows, numThreads: threads, in: RunContext())
        let right = results.predictions.enumerated().filter { $1?.square == .int($0 * $0) }.count
        print("\(threads) at a time: \(right) right, \(results.exceptions.count) failed")
    }
}
