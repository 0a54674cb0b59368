/// Takes note of each answer of a model: counts what it used, and warns of one that is only half there.
struct AnswerCount: Sendable {
    /// Sums what calls use.
    let usage: UsageTracker
    /// Takes warnings, one line each.
    let warn: @Sendable (String) -> Void

    /// Takes note of an answer.
    func add(_ response: LMResponse, model: String) {
        usage.add(response, model: model)
        if let cut = response.cut { tell(cut, model) }
    }

    @inline(never)
    private func tell(_ cut: String, _ model: String) {
        usage.note(cut: cut)
        warn("\(model): \(LMResponse.advice(against: cut))")
    }
}
