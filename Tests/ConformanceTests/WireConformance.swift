import DSPyCore
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
        if isStream { return try await streamProblems(program, adapter, inputs) }

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
            entry["lm"]?["model"]?.string ?? "", at: .user(address), options: options,
            retries: entry["lm"]?["num_retries"]?.int ?? 3)
    }

    /// A streamed call: the request, and what the listened fields and the prediction become.
    private func streamProblems(
        _ program: RecordedProgram, _ adapter: any Adapter, _ inputs: ValueDict
    ) async throws -> [String] {
        let replies = (entry["http_responses"]?.array ?? []).map { reply -> LoopbackServer.Reply in
            let bytes = Array((reply["sse"]?.string ?? "").utf8)
            let chunks = stride(from: 0, to: bytes.count, by: 61).map { Array(bytes[$0..<min($0 + 61, bytes.count)]) }
            return LoopbackServer.Reply(headers: [("Content-Type", "text/event-stream")], chunks: chunks)
        }
        let server = try LoopbackServer(replies: replies)
        defer { server.stop() }
        let model = try model(server.address + "/v1", Waits())
        let recorded = entry["events"]?.array ?? []
        let fields = Set(recorded.compactMap { $0["signature_field_name"]?.string }).sorted()
        let streamed = try streamify(
            program.module(), streamListeners: fields.map { StreamListener(signatureFieldName: $0) })
        var ledger = FieldLedger()
        var problems: [String] = []
        for try await item in streamed(inputs, in: RunContext(lm: model, adapter: adapter)) {
            switch item {
            case .response(let response):
                ledger.delta(response.signatureFieldName, response.chunk, isLast: response.isLastChunk)
            case .prediction(let prediction):
                problems += [
                    Tally.difference(
                        "prediction", expected: recorded.last?["fields"] ?? .null,
                        found: RecordedRun.comparable(.dict(prediction.fields)))
                ].compactMap { $0 }
                for field in fields where prediction[field]?.string != ledger.texts[field] {
                    problems.append("\(field): told \(ledger.texts[field] ?? "nothing")")
                }
            default: problems.append("an item that DSPy does not give: \(item)")
            }
        }
        let expected = requests.map { $0["body"] ?? .null }
        let found = server.requests.map { JSON.string($0.text) }
        problems += [Tally.difference("requests", expected: .array(expected), found: .array(found))].compactMap { $0 }
        return problems + ledger.breaches + ledger.missing(fields)
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
