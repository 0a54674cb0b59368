import DSPyCore

/// How many calls of models a run makes, where nothing fails and no answer has to be asked for again.
package struct CallCount: Sendable, Hashable {
    /// The fewest.
    package let least: Int
    /// The most; nil where nobody knows before the run.
    package let most: Int?

    static let none = CallCount(0, 0)

    init(_ least: Int, _ most: Int?) {
        self.least = least
        self.most = most
    }

    /// The calls of a program.
    package init(_ program: CheckedProgram) { self = CallCounter(program).count(program.root) }

    /// The calls of as many runs.
    package func times(_ runs: Int) -> CallCount { repeated(runs, runs) }

    /// `1 call`, `2 to 21 calls`, `1 call or more`.
    package var text: String {
        func calls(_ number: Int) -> String { "\(number) \(number == 1 ? "call" : "calls")" }
        guard let most else { return calls(least) + " or more" }
        return least == most ? calls(least) : "\(least) to \(calls(most))"
    }

    fileprivate func plus(_ other: CallCount) -> CallCount {
        CallCount(
            Self.sum(least, other.least) ?? .max, most.flatMap { most in other.most.flatMap { Self.sum(most, $0) } })
    }

    fileprivate func repeated(_ fewest: Int, _ most: Int?) -> CallCount {
        let highest = self.most == 0 ? 0 : self.most.flatMap { each in most.flatMap { Self.product(each, $0) } }
        return CallCount(Self.product(least, fewest) ?? .max, highest)
    }

    fileprivate static func sum(_ first: Int, _ second: Int) -> Int? {
        let (sum, overflows) = first.addingReportingOverflow(second)
        return overflows ? nil : sum
    }

    private static func product(_ first: Int, _ second: Int) -> Int? {
        let (product, overflows) = first.multipliedReportingOverflow(by: second)
        return overflows ? nil : product
    }
}

/// Counts the calls of the nodes of one file.
private struct CallCounter {
    /// Its tools that are programs, which call models themselves.
    private let programs: [String: CheckedProgram]

    init(_ program: CheckedProgram) {
        let tools = program.ownTools.compactMap { tool in tool.program.map { (tool.spec.name, $0) } }
        programs = Dictionary(tools) { first, _ in first }
    }

    func count(_ node: CheckedNode) -> CallCount {
        switch node.kind {
        case .predictor(let predictor): return count(predictor)
        case .steps(let nodes), .branches(let nodes, _): return nodes.map(count(_:)).reduce(.none) { $0.plus($1) }
        case .switched(let choice):
            return oneOf(choice.cases.map { count($0.node) } + [choice.otherwise.map(count(_:))].compactMap { $0 })
        case .conditional(_, let then, let otherwise): return oneOf([count(then), otherwise.map(count(_:)) ?? .none])
        case .forEach(let map): return count(map.body).repeated(0, nil)
        case .loop(let loop): return count(loop.body).repeated(loop.condition == nil ? loop.max : 1, loop.max)
        case .attempts(let attempts): return count(attempts)
        case .tool(let call): return programs[call.tool.tool].map { CallCount($0) } ?? .none
        case .program(let program): return CallCount(program)
        }
    }

    private func oneOf(_ branches: [CallCount]) -> CallCount {
        let most = branches.contains { $0.most == nil } ? nil : branches.compactMap(\.most).max()
        return CallCount(branches.map(\.least).min() ?? 0, branches.isEmpty ? 0 : most)
    }

    private func count(_ attempts: CheckedAttempts) -> CallCount {
        let body = count(attempts.body)
        guard let count = attempts.count else { return body }
        let all = body.repeated(attempts.threshold == nil ? count : 1, count)
        // Between two attempts Refine asks for advice.
        guard attempts.module == .refine else { return all }
        return all.plus(CallCount(attempts.threshold == nil ? count - 1 : 0, count - 1))
    }

    private func count(_ predictor: CheckedPredictor) -> CallCount {
        // A tool may call models itself, as often as the agent calls it.
        let asks = predictor.tools.contains { programs[$0.tool] != nil }
        func agent(_ least: Int, _ rounds: Int, _ more: Int = 1) -> CallCount {
            let rounds = predictor.maxIters ?? rounds
            return CallCount(least, asks ? nil : CallCount.sum(rounds, more))
        }
        switch predictor.module {
        case .predict, .chainOfThought, .multiChainComparison: return CallCount(1, 1)
        case .react: return agent(2, 20)
        case .codeAct: return agent(2, 5)
        case .programOfThought: return agent(2, 3)
        case .reactV2: return agent(1, 20)
        // Its code may ask models itself, fifty times.
        case .rlm: return agent(1, 20, 51)
        }
    }
}
