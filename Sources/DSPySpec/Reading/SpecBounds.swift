import DSPyCore

/// How large the numbers of a program file may be, for the reader and the JSON Schema alike.
enum SpecBounds {
    /// Rounds of a loop, and of an agent.
    static let rounds = 1...1000
    /// Attempts that `MultiChainComparison` compares.
    static let comparisons = 1...100
    /// Generations of one call, and attempts of `of`.
    static let generations = 1...1000
    /// Examples that `knn` shows.
    static let neighbours = 1...1000
    /// Attempts of a node that fails.
    static let attempts = 1...100
    /// Seconds that something may take, or is waited for.
    static let seconds = 0...86_400
    /// Bytes that a tool may give.
    static let outputBytes = 1...100_000_000
    /// Statuses with which a command may end.
    static let statuses = 0...255
    /// Items of `for_each` at once.
    static let concurrency = 1...ForEach.maximumConcurrency
}
