/// The most common answer among the generations of a module.
///
/// - Source: dspy/predict/aggregation.py (3.4.1), `majority`.
public struct Majority: Module {
    /// What is asked; with `n` generations, or it gives its one.
    public var module: any Module
    /// The field that votes; by default the last.
    public var field: String?

    /// A vote over the generations of a module.
    public init(_ module: any Module, field: String? = nil) {
        self.module = module
        self.field = field
    }

    /// `module`.
    public var submodules: [(name: String, module: any Module)] { [("module", module)] }

    /// Asks and counts.
    public func forward(_ inputs: ValueDict, in context: RunContext) async throws -> Prediction {
        let prediction = try await module.call(inputs, in: context)
        return try majority(prediction.completions.isEmpty ? [prediction.fields] : prediction.completions, field: field)
    }
}

/// DSPy's `majority`: the first completion whose value, normalised, is the most common; of as common ones the earliest.
///
/// - Parameters:
///   - normalize: nil for a value that does not vote; when none votes, all do.
///   - field: The field that votes; by default the last of the first completion.
/// - Throws: `ModuleError` without completions, or for one without the field.
/// - Source: dspy/predict/aggregation.py (3.4.1).
public func majority(
    _ completions: [ValueDict], normalize: (Value) -> Value? = AnswerText.vote,
    field: String? = nil
) throws(ModuleError) -> Prediction {
    guard let first = completions.first else {
        throw ModuleError("IndexError", "there are no completions to choose from")
    }
    guard let field = field ?? first.names.last else { throw ModuleError("IndexError", "a completion has no fields") }
    var votes: [Value?] = []
    for completion in completions {
        guard let value = completion[field] else { throw ModuleError("KeyError", "a completion has no `\(field)`") }
        votes.append(normalize(value))
    }
    let mayVote = votes.contains { $0 != nil }
    var counts: [(value: Value?, count: Int, place: Int)] = []
    for (place, vote) in votes.enumerated() where vote != nil || !mayVote {
        if let known = counts.firstIndex(where: { $0.value == vote }) {
            counts[known].count += 1
        } else {
            counts.append((vote, 1, place))
        }
    }
    var best = counts[0]
    for candidate in counts where candidate.count > best.count { best = candidate }
    return Prediction(completions: [completions[best.place]])
}
