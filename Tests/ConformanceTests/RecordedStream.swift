import DSPyCore
import OrderedJSON
import TestSupport

/// Runs one recorded streaming case, and compares its items with DSPy's.
///
/// Chunks of fields differ on purpose (DSPy's leak markers and lose text): they must obey the law of streams. All other
/// items are DSPy's, in its order.
struct RecordedStream {
    let entry: JSON

    init(_ entry: JSON) { self.entry = entry }

    private struct Outcome {
        var events: [JSON] = []
        var ledger = FieldLedger()
        var prediction: Prediction?
    }

    func problems() async -> [String] {
        let model = StreamedModel((entry["streams"]?.array ?? []).map { $0.array ?? [] })
        do {
            let program = try Self.module(entry["program"] ?? .null)
            let inputs = Value(entry["inputs"] ?? [:]).dict ?? [:]
            var context = RunContext(lm: model, adapter: try RecordedRun.adapter(entry, extraction: nil))
            context.settings.trackUsage = entry["options"]?["track_usage"] == true
            let streamed = try streamify(
                program, statusMessageProvider: statuses, streamListeners: listeners,
                includeFinalPrediction: entry["options"]?["include_final"]?.bool ?? true,
                asyncStreaming: entry["options"]?["async_streaming"]?.bool ?? true)
            if let error = entry["error"] { return ["made, but DSPy raises \(error.text())"] }
            var events = entry["events"]?.array ?? []
            if events.first?.array == nil { events = [.array(events)] }
            var problems: [String] = []
            for expected in events {
                let outcome = await Self.walk(streamed(inputs, in: context))
                problems += await compare(outcome, expected.array ?? [], program, inputs, context)
            }
            let asked = model.asked.map { JSON.bool($0) }
            let expected = (entry["lm_calls"]?.array ?? []).map { $0["stream"] ?? false }
            // Where DSPy gives up, the fallback's call follows.
            if let difference = Tally.difference(
                "streaming calls", expected: .array(expected), found: .array(Array(asked.prefix(expected.count))))
            {
                problems.append(difference)
            }
            return problems
        } catch {
            let found = RecordedRun.pythonClass(of: error)
            return entry["error"]?["class"]?.string == found ? [] : ["\(found): \(error)"]
        }
    }

    private static func module(_ json: JSON) throws -> any Module {
        let tools = try (json["tools"]?.array ?? []).map { try RecordedTool.tool($0) }
        return try RecordedProgram(json).module(tools: tools)
    }

    private var statuses: any StatusMessageProvider {
        entry["options"]?["statuses"] == "custom" ? TalkativeStatuses() : DefaultStatusMessages()
    }

    private var listeners: [StreamListener] {
        (entry["listeners"]?.array ?? []).map {
            StreamListener(
                signatureFieldName: $0["signature_field_name"]?.string ?? "", predictName: $0["predict_name"]?.string)
        }
    }

    private static func walk(_ stream: ProgramStream) async -> Outcome {
        var outcome = Outcome()
        do {
            for try await item in stream {
                switch item {
                case .response(let response):
                    outcome.ledger.delta(key(response), response.chunk, isLast: response.isLastChunk)
                case .reset(let reset):
                    outcome.ledger.reset("\(reset.predictName) \(reset.call) \(reset.signatureFieldName)")
                case .status(let status):
                    outcome.events.append(["type": "StatusMessage", "message": .string(status.message)])
                case .chunk(let chunk):
                    outcome.events.append([
                        "type": "Chunk", "content": chunk.content.map { .string($0) } ?? .null,
                        "finish_reason": chunk.finishReason.map { .string($0) } ?? .null,
                    ])
                case .custom(let text): outcome.events.append(.string(text))
                case .prediction(let prediction):
                    outcome.prediction = prediction
                    outcome.events.append(event(of: prediction))
                }
            }
        } catch {
            outcome.events.append(["type": "Error", "class": .string(RecordedRun.pythonClass(of: error))])
        }
        return outcome
    }

    private static func key(_ response: StreamResponse) -> String {
        "\(response.predictName) \(response.call) \(response.signatureFieldName)"
    }

    private static func event(of prediction: Prediction) -> JSON {
        ["type": "Prediction", "fields": RecordedRun.comparable(.dict(prediction.fields))]
    }

    private func compare(
        _ outcome: Outcome, _ recorded: [JSON], _ program: any Module, _ inputs: ValueDict, _ context: RunContext
    ) async -> [String] {
        var expected = recorded.filter { $0["type"] != "StreamResponse" }
        if expected.last?["type"] == "Error" {
            // DSPy gives up the fallback once it streamed; here the result is that of a run without streaming.
            var plain = context
            plain.lm = StreamedModel((entry["streams"]?.array ?? []).map { $0.array ?? [] })
            if let prediction = try? await program.acall(inputs, in: plain) {
                expected[expected.count - 1] = Self.event(of: prediction)
            }
        }
        expected = expected.map { event in
            var event = event.object ?? [:]
            event["message"] = event["type"] == "Error" ? nil : event["message"]
            return .object(event)
        }
        var problems = outcome.ledger.breaches
        let streamed = Set(outcome.ledger.texts.keys.map { $0.replacing(" 1 ", with: " ") })
        let fields = recorded.filter { $0["type"] == "StreamResponse" }
            .map { "\($0["predict_name"]?.string ?? "") \($0["signature_field_name"]?.string ?? "")" }
        let lost = Set(fields).subtracting(streamed)
        if !lost.isEmpty { problems.append("DSPy streams \(lost.sorted()), here come \(streamed.sorted())") }
        if listeners.isEmpty, !streamed.isEmpty { problems.append("nobody listens to \(streamed.sorted())") }
        if let difference = Tally.difference("items", expected: .array(expected), found: .array(outcome.events)) {
            problems.append(difference)
        }
        guard let prediction = outcome.prediction else { return problems }
        let isChain = entry["program"]?["module"] == "chain"
        for (key, text) in outcome.ledger.texts {
            let field = key.split(separator: " ").last.map { String($0) } ?? ""
            guard !isChain, case .string(let value)? = prediction[field] else { continue }
            if !text.hasSameBytes(as: value) {
                problems.append("\(key): told \(text.debugDescription), is \(value.debugDescription)")
            }
        }
        return problems + outcome.ledger.missing(Array(outcome.ledger.texts.keys))
    }
}

/// The corpus's provider, which says something at every turn.
private struct TalkativeStatuses: StatusMessageProvider {
    func toolStartStatusMessage(_ name: String, _ arguments: ValueDict) -> String? {
        "tool start: \(name) \(Value.dict(["kwargs": .dict(arguments)]).pythonRepr)"
    }
    func toolEndStatusMessage(_ name: String, _ result: Value) -> String? { "tool end: \(result.pythonString)" }
    func moduleStartStatusMessage(_ kind: String, _ inputs: ValueDict) -> String? {
        "module start: \(kind) ['args', 'kwargs']"
    }
    func moduleEndStatusMessage(_ kind: String, _ outputs: Prediction?) -> String? { "module end: Prediction" }
    func lmStartStatusMessage(_ model: String, _ request: LMRequest) -> String? { "LM start: LM" }
    func lmEndStatusMessage(_ model: String, _ response: LMResponse?) -> String? { "LM end" }
}
