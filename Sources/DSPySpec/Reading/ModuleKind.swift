/// The modules of DSPy that a signature may name, by their names.
///
/// What a module is made of and what it demands are switches over this: one that is added does not compile before all know it.
package enum ModuleKind: String, Sendable, Hashable, CaseIterable {
    case predict = "Predict"
    case chainOfThought = "ChainOfThought"
    case react = "ReAct"
    case reactV2 = "ReActV2"
    case multiChainComparison = "MultiChainComparison"
    case programOfThought = "ProgramOfThought"
    case codeAct = "CodeAct"
    case rlm = "RLM"

    /// Whether it has a model write Python code, and runs it.
    package var runsPython: Bool {
        switch self {
        case .programOfThought, .codeAct, .rlm: true
        case .predict, .chainOfThought, .react, .reactV2, .multiChainComparison: false
        }
    }

    static let names = allCases.map(\.rawValue)
}

/// The modules of DSPy that make several attempts at the node inside `of`, by their names.
package enum AttemptsKind: String, Sendable, Hashable, CaseIterable {
    case bestOfN = "BestOfN"
    case refine = "Refine"
    case majority = "Majority"

    static let names = allCases.map(\.rawValue)
}
