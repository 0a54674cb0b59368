package import OrderedJSON

/// What became of one row: the line that the output holds.
package struct BatchRecord: Sendable {
    /// The row's place among the rows, from 0.
    package var index: Int
    /// The line it starts on, from 1.
    package var line: Int
    package var id: String
    /// The hash by which a resumed run knows it again.
    package var key: UInt64
    /// The prediction, or why there is none.
    package var outcome: RowOutcome
    /// The row's fields; kept for a failed row, so that nothing is lost.
    package var inputs: JSONObject?
    /// Token counts by model.
    package var usage: JSONObject = [:]
    /// What it cost, as far as prices are known.
    package var cost: Double?
    /// The model of the run.
    package var model: String?
    /// How many requests went out for it.
    package var attempts = 0
    /// How many of them went out because one before had failed.
    package var retries = 0
    /// How long it took in milliseconds.
    package var milliseconds = 0
    /// Whether every answer came from the cache.
    package var isCached = false
    /// Why an answer is only half there, as the provider says (`length`); nil when all are whole.
    package var finishReason: String?

    /// The record of a row.
    package init(_ row: BatchRow, _ outcome: RowOutcome) {
        index = row.index
        line = row.line
        id = row.id
        key = row.key
        self.outcome = outcome
        if case .failure = outcome, case .success(let fields) = row.content { inputs = fields }
    }

    /// The record that a line of an output holds, as far as tables need it; nil when it is none.
    package init?(_ json: JSON) {
        guard let key = json["key"]?.string.flatMap({ UInt64($0, radix: 16) }), let id = json["id"]?.string else {
            return nil
        }
        index = json["index"]?.int ?? 0
        line = json["line"]?.int ?? 0
        self.id = id
        self.key = key
        if json["status"] == "ok" {
            outcome = .success(json["output"]?.object ?? [:])
        } else {
            outcome = .failure(RowError(json["error"]))
        }
        inputs = json["inputs"]?.object
    }

    /// Whether there is a prediction.
    package var isOK: Bool { if case .success = outcome { true } else { false } }

    /// The record as one line with its line feed; one schema for both outcomes.
    package var bytes: [UInt8] {
        var line = JSONLine()
        line.add("index", .int(index))
        line.add("line", .int(self.line))
        line.add("id", id)
        line.add("status", isOK ? "ok" : "error")
        switch outcome {
        case .success(let output):
            line.add("output", .object(output))
            line.add("error", .null)
        case .failure(let error):
            line.add("output", .null)
            line.add("error", error.json)
            if let inputs { line.add("inputs", .object(inputs)) }
        }
        line.add("usage", .object(usage))
        line.add("cost_usd", cost.map { .double($0) } ?? .null)
        line.add("model", model.map { .string($0) } ?? .null)
        line.add("attempts", .int(attempts))
        line.add("retries", .int(retries))
        line.add("ms", .int(milliseconds))
        line.add("cached", .bool(isCached))
        if let finishReason { line.add("finish_reason", finishReason) }
        line.add("key", StableHash.text(key))
        return line.bytes()
    }
}
