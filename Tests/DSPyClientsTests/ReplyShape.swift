import Basics
import DSPyCore
import OrderedJSON
import TestSupport

@testable import DSPyClients

/// One row of reply_shapes.jsonl: a reply byte for byte, what DSPy makes of it, and what a run has to make of it.
struct ReplyShape: Sendable {
    let line: JSON

    var name: String { line["name"]?.string ?? "?" }
    private var isStream: Bool { line["stream"] == true }
    private var hasTools: Bool { line["tools"] == true }
    private var expected: JSON { line["expected"] ?? .null }

    /// How long a row takes at most on a machine with nothing else to do; a held connection is held for four times as long.
    private static let limit = Duration.seconds(8)

    private var reply: [UInt8] {
        guard let packed = line["reply_base64"]?.string else { return Array((line["reply"]?.string ?? "").utf8) }
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
        var (bits, count, bytes) = (0, 0, [UInt8]())
        for letter in packed.utf8 {
            guard let value = alphabet.firstIndex(of: letter) else { continue }
            (bits, count) = (bits << 6 | value, count + 6)
            if count >= 8 {
                count -= 8
                bytes.append(UInt8(bits >> count & 0xFF))
            }
            bits &= 0xFFFF
        }
        return bytes
    }

    /// Serves the reply, runs a program on it, and says what is not as the row expects.
    func problems() async throws -> [String] {
        let pause = line["hold_open"] == true ? Self.limit * 4 : .zero
        let reply = LoopbackServer.Reply(raw: reply, pause: pause)
        let server = try LoopbackServer(replies: [reply])
        defer { server.stop() }
        let factory = LMFactory(environment: ["OPENAI_API_KEY": "sk-0123456789abcdef"], sleep: { _ in })
        let model = try factory.make(
            "openai/gpt-4o-mini", apiBase: server.address + "/v1", retries: 1, timeout: Self.limit * 10)
        // Only where the connection is held does the time say something: a busy machine may take long for any row.
        let begin = ContinuousClock.now
        let outcome = await outcome(with: model)
        var problems = outcome.problems
        let took = begin.duration(to: .now)
        if line["hold_open"] == true, took >= Self.limit * 4 { problems.append("took \(took)") }
        for (key, value) in expected.object ?? [:] {
            if key == "message_contains" {
                let message = outcome.found["message"]?.string ?? ""
                if message.start(of: value.string ?? "") == nil {
                    problems.append("says \(message.debugDescription), not \(value.text())")
                }
            } else if outcome.found[key] != value {
                problems.append("\(key) is \(outcome.found[key]?.text() ?? "none"), not \(value.text())")
            }
        }
        if !problems.isEmpty { problems.append("got \(JSON.object(outcome.found).text())") }
        return problems
    }

    private func outcome(with model: any LanguageModel) async -> (found: JSONObject, problems: [String]) {
        var ledger = FieldLedger()
        do {
            let prediction = try await prediction(of: model, &ledger)
            var problems = ledger.breaches
            if isStream, let answer = prediction["answer"]?.string, ledger.texts["answer"] != answer {
                problems.append("told \(ledger.texts["answer"] ?? "nothing") of \(answer)")
            }
            return (["prediction": Self.fields(of: prediction)], problems)
        } catch let error as LMError {
            let found: JSONObject = [
                "class": .string(error.dspyClass), "code": .string(ErrorCode(error.code).rawValue),
                "retried": .bool(error.attempts > 1), "message": .string("\(error)"),
            ]
            return (found, [])
        } catch let error as AdapterParseError {
            let found: JSONObject = [
                "class": "AdapterParseError", "code": .string(ErrorCode.parseFailed.rawValue), "retried": false,
                "message": .string("\(error)"),
            ]
            return (found, [])
        } catch {
            return (["class": .string("\(type(of: error))"), "message": .string("\(error)")], [])
        }
    }

    private func prediction(of model: any LanguageModel, _ ledger: inout FieldLedger) async throws -> Prediction {
        let program = Predict(
            try Signature(
                hasTools
                    ? "question, tools: list[dspy.Tool] -> answer, tool_calls: dspy.ToolCalls"
                    : "question -> answer"))
        var inputs: ValueDict = ["question": "q"]
        if hasTools {
            let weather = ToolDescription(
                name: "weather", description: "Tells the weather.", arguments: ["city": ["type": "string"]])
            inputs["tools"] = .list([.custom(.tool(weather))])
        }
        let context = RunContext(lm: model, adapter: ChatAdapter(useNativeFunctionCalling: hasTools))
        guard isStream else { return try await program.call(inputs, in: context) }
        let streamed = try streamify(program, streamListeners: [StreamListener(signatureFieldName: "answer")])
        var last: Prediction?
        for try await item in streamed(inputs, in: context) {
            switch item {
            case .response(let response):
                ledger.delta(response.signatureFieldName, response.chunk, isLast: response.isLastChunk)
            case .reset(let reset): ledger.reset(reset.signatureFieldName)
            case .prediction(let prediction): last = prediction
            case .status, .chunk, .custom: break
            }
        }
        struct NoPrediction: Error {}
        guard let last else { throw NoPrediction() }
        return last
    }

    /// The fields of a prediction; of calls their names and arguments.
    private static func fields(of prediction: Prediction) -> JSON {
        var fields = Value.dict(prediction.fields).plainJSON.object ?? [:]
        if let calls = fields["tool_calls"]?["tool_calls"]?.array {
            fields["tool_calls"] = .array(
                calls.map { ["name": $0["name"] ?? .null, "args": $0["args"] ?? .null] })
        }
        return .object(fields)
    }
}
