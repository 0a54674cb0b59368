import DSPyProgram
import Basics
import DSPyCore
import DSPyClients
import DSPySpec
import OrderedJSON

/// The prompts of some rows, from which those of all are estimated.
///
/// Rows are taken evenly from the whole input: every row at first, every second one when there are many, and so on. What a
/// step hands to the next one is not known before a run and stands as its name.
struct PromptSample {
    /// What one row asks of a model.
    private struct Share {
        var tokens = 0.0
        /// How many tokens the answers may have; nil when one of them may have any number.
        var answers: Int? = 0
    }

    private let program: CheckedProgram
    private let preview: PromptPreview
    private var taken: [[String: Share]] = []
    private var stride = 1
    private var seen = 0

    private static let most = 400

    init(_ program: CheckedProgram, _ models: ModelChoice) {
        self.program = program
        preview = PromptPreview(models)
    }

    /// Takes a row, or passes it over.
    mutating func add(_ inputs: ValueDict) {
        defer { seen += 1 }
        guard seen % stride == 0, let calls = try? preview.calls(program, inputs) else { return }
        var shares: [String: Share] = [:]
        for call in calls {
            let bytes = call.request.messages.reduce(0) { $0 + $1.json.text().utf8.count }
            // About four bytes make a token in English.
            shares[call.model, default: Share()].tokens += Double(bytes) / 4
            let before = shares[call.model]?.answers ?? nil
            shares[call.model]?.answers = before.flatMap { sum in call.answerLimit.map { sum.adding(saturating: $0) } }
        }
        taken.append(shares)
        guard taken.count == Self.most else { return }
        taken = taken.indices.filter { $0 % 2 == 0 }.map { taken[$0] }
        stride *= 2
    }

    /// About how many tokens the prompts of so many rows have.
    func promptTokens(rows: Int) -> Int {
        Int(saturating: means.values.reduce(0) { $0 + $1.tokens } * Double(rows))
    }

    /// What so many rows may cost, in words; nil when a price is not known, or nothing costs anything.
    func costLine(rows: Int) -> String? {
        var (prompts, answers) = (0.0, Double?.some(0))
        for (model, share) in means {
            guard let price = preview.models.prices.price(of: model) else { return nil }
            prompts += share.tokens * price.input
            answers = answers.flatMap { sum in share.answers.map { sum + Double($0) * price.output } }
        }
        let scale = Double(rows) / 1_000_000
        guard prompts * scale > 0 else { return nil }
        let bound =
            answers.map { "and at most $\(FigureText.decimal($0 * scale, places: 4)) for answers of max_tokens" }
            ?? "and more for the answers, whose length nothing bounds; lm.max_tokens does"
        return "an estimate: about $\(FigureText.decimal(prompts * scale, places: 4)) for prompts, \(bound); "
            + "four bytes a token in \(taken.count) rows, no retries, no cache"
    }

    /// What a row asks of each model, on average.
    private var means: [String: Share] {
        var sums: [String: Share] = [:]
        for (model, share) in taken.joined() {
            sums[model, default: Share()].tokens += share.tokens / Double(taken.count)
            // Limits are the same in every row.
            sums[model]?.answers = share.answers
        }
        return sums
    }
}
