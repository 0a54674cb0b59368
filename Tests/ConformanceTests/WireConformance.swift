import DSPy
import DSPyClients
import OrderedJSON
import Synchronization
import TestSupport
import Testing

extension Conformance {
    @Test("wire.jsonl: request bodies, retries and errors of the default engine equal DSPy's")
    func wire() async throws {
        guard let cases = try Golden.cases("wire.jsonl") else { return }
        var tally = Tally(file: "wire.jsonl")
        for entry in cases where entry.id.hasPrefix("wire-auto") {
            tally.add(entry.id, try await WireRun(entry).problems())
        }
        tally.report()
    }
}

/// Runs one recorded exchange through adapter, dialect and transport against a server that answers from the record.
private struct WireRun {
    let entry: JSON

    init(_ entry: JSON) { self.entry = entry }

    private var requests: [JSON] { entry["http_requests"]?.array ?? [] }
    private var isStream: Bool { requests.first?["body"]?.string?.contains("\"stream\":true") ?? false }

    func problems() async throws -> [String] {
        let program = try RecordedProgram(entry["program"] ?? .null)
        let tools = (entry["inputs"]?["tools"]?.array ?? []).compactMap { Self.tool($0.string ?? "") }
        let inputs = try program.inputs(entry["inputs"] ?? [:], coerced: false, tools: tools)
        let adapter = try RecordedRun.adapter(
            ["adapter": entry["adapter"] ?? "chat", "adapter_options": entry["program"]?["adapter_options"] ?? [:]],
            extraction: nil)
        if isStream { return try streamProblems(program, adapter, inputs) }

        let replies = (entry["http_responses"]?.array ?? []).map { reply in
            LoopbackServer.Reply(
                status: reply["status"]?.int ?? 200,
                headers: (reply["headers"]?.object ?? [:]).members.map { ($0.key, $0.value.string ?? "") },
                reply["json"].map { $0.text(.python) } ?? reply["text"]?.string ?? "")
        }
        let server = try LoopbackServer(replies: replies)
        defer { server.stop() }
        let waits = Waits()
        let model = try model(server.address + "/v1", waits)
        var problems: [String] = []
        do {
            let prediction = try await program.module().forward(inputs, in: RunContext(lm: model, adapter: adapter))
            if let error = entry["error"] { problems.append("succeeded, but DSPy raises \(error.text())") }
            problems += [
                Tally.difference(
                    "prediction", expected: entry["prediction"] ?? .null,
                    found: RecordedRun.comparable(.dict(prediction.fields)))
            ].compactMap { $0 }
        } catch {
            let found = RecordedRun.pythonClass(of: error)
            if entry["error"]?["class"]?.string != found { problems.append("\(found): \(error)") }
        }
        let found = server.requests.map { request -> JSON in
            ["path": .string(request.path), "body": .string(request.text)]
        }
        let expected = requests.map { request -> JSON in
            ["path": request["path"] ?? .null, "body": request["body"] ?? .null]
        }
        let delays = (entry["retry_delays_s"]?.array ?? []).compactMap(\.number)
        if waits.seconds != delays { problems.append("waited \(waits.seconds), DSPy \(delays)") }
        return problems
            + [Tally.difference("requests", expected: .array(expected), found: .array(found))].compactMap { $0 }
    }

    private func model(_ address: String, _ waits: Waits) throws -> any LanguageModel {
        var options = entry["lm"]?.object ?? [:]
        for key in ["model", "engine", "num_retries"] { options[key] = nil }
        return try LMFactory(environment: ["OPENAI_API_KEY": "sk-test"], jitter: { $0 }, sleep: { waits.add($0) }).make(
            entry["lm"]?["model"]?.string ?? "", apiBase: address, options: options,
            retries: entry["lm"]?["num_retries"]?.int ?? 3)
    }

    /// Of a streamed call the request is compared; its events are the streaming suite's.
    private func streamProblems(
        _ program: RecordedProgram, _ adapter: any Adapter, _ inputs: ValueDict
    ) throws -> [String] {
        let model = try model("http://127.0.0.1:9/v1", Waits())
        let call = AdapterCall(lm: model, signature: try program.promptSignature(), inputs: inputs)
        let name = String((entry["lm"]?["model"]?.string ?? "").drop { $0 != "/" }.dropFirst())
        let body = try OpenAIChatDialect().body(
            for: try adapter.request(for: call), model: name, defaults: model.defaults, isStreaming: true)
        return [
            Tally.difference(
                "request", expected: requests.first?["body"] ?? .null,
                found: .string(String(decoding: body, as: UTF8.self)))
        ].compactMap { $0 }
    }

    /// `get_weather(city: str) 'Get weather.'`: how the record writes a tool of string arguments.
    private static func tool(_ text: String) -> ToolDescription? {
        let parts = text.split(separator: "'", omittingEmptySubsequences: false)
        guard let open = text.firstIndex(of: "("), let close = text.firstIndex(of: ")"), parts.count >= 2 else {
            return nil
        }
        var arguments = JSONObject()
        for argument in text[text.index(after: open)..<close].split(separator: ",") {
            let name = argument.split(separator: ":").first.map { $0.filter { $0 != " " } } ?? ""
            arguments[name] = ["type": "string"]
        }
        return ToolDescription(name: String(text[..<open]), description: String(parts[1]), arguments: arguments)
    }
}

/// The waits that were asked for; none of them is waited.
private final class Waits: Sendable {
    private let all = Mutex<[Double]>([])

    var seconds: [Double] { all.withLock { $0 } }

    func add(_ duration: Duration) {
        let (seconds, attoseconds) = duration.components
        all.withLock { $0.append(Double(seconds) + Double(attoseconds) / 1e18) }
    }
}
