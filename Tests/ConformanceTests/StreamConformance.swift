import Basics
import DSPyCore
import DSPyClients
import OrderedJSON
import TestSupport
import Testing

extension Conformance {
    @Test("streaming.jsonl: streamed runs give DSPy's items, and chunks that make up the prediction")
    func streaming() async throws {
        guard let cases = try Golden.cases("streaming.jsonl") else { return }
        var tally = Tally(file: "streaming.jsonl")
        for entry in cases {
            let isResponse = entry["kind"] == "streaming_response"
            tally.add(
                entry.id, isResponse ? await Self.responseProblems(entry) : await RecordedStream(entry).problems())
        }
        tally.report()
    }

    @Test("parse.jsonl: every recorded answer streams to what is read, in any chunks")
    func parseStreams() throws {
        guard let cases = try Golden.cases("parse.jsonl") else { return }
        var tally = Tally(file: "parse.jsonl, streamed")
        var generator = SeededGenerator(seed: 3)
        for entry in cases {
            var problems: [String] = []
            for _ in 0..<20 where problems.isEmpty { problems = Self.streamProblems(entry, &generator) }
            tally.add(entry.id, problems)
        }
        tally.report()
    }

    private static func streamProblems(_ entry: JSON, _ generator: inout SeededGenerator) -> [String] {
        do {
            let signature = try RecordedProgram(entry["program"] ?? .null).promptSignature()
            let adapter = try RecordedRun.adapter(entry, extraction: nil)
            let text = entry["completion"]?.string ?? ""
            var stream = FieldStream(rendered: signature, original: signature, format: adapter.streamFormat)
            var ledger = FieldLedger()
            for chunk in generator.chunks(of: text) { ledger.take(stream.take(.text(chunk))) }
            guard let values = try? adapter.parse(signature, text) else {
                ledger.take(stream.void())
                return ledger.breaches + ledger.texts.map { "\($0.key) is left over" }
            }
            ledger.take(stream.finish(values))
            var problems = ledger.breaches + ledger.missing(signature.outputs.map(\.name))
            for field in signature.outputs {
                guard field.type == .string, case .string(let value)? = values[field.name] else { continue }
                let told = ledger.texts[field.name] ?? ""
                if !told.hasSameBytes(as: value) {
                    problems.append("\(field.name): told \(told.debugDescription), is \(value.debugDescription)")
                }
            }
            return problems
        } catch {
            return ["\(error)"]
        }
    }

    private static func responseProblems(_ entry: JSON) async -> [String] {
        let items = (entry["values"]?.array ?? []).compactMap(item)
        guard items.count == entry["values"]?.array?.count else { return ["a value of an unknown kind"] }
        var emitted: [JSON] = []
        var failure: String?
        do {
            for try await event in items.asStream.streamingResponse(isStrict: true) { emitted.append(.string(event)) }
        } catch {
            failure = RecordedRun.pythonClass(of: error)
        }
        var problems = [Tally.difference("emitted", expected: entry["emitted"] ?? [], found: .array(emitted))]
        let expected = entry["error"]?["class"]?.string
        if failure != expected { problems.append("error \(failure ?? "none"); DSPy: \(expected ?? "none")") }
        var lenient: [String] = []
        do {
            for try await event in items.asStream.streamingResponse() { lenient.append(event) }
        } catch {
            problems.append("the whole form throws \(error)")
        }
        if lenient.count != items.count + 1 || lenient.last != "data: [DONE]\n\n" {
            problems.append("the whole form gives \(lenient)")
        }
        return problems.compactMap { $0 }
    }

    private static func item(_ json: JSON) -> StreamItem? {
        let value = json["value"] ?? .null
        switch json["kind"]?.string {
        case "Prediction": return .prediction(Prediction(Value(value).dict ?? [:]))
        case "str": return .custom(value.string ?? "")
        case "StatusMessage": return .status(StatusMessage(value.string ?? ""))
        case "StreamResponse":
            return .response(
                StreamResponse(
                    predictName: value.array?.first?.string ?? "",
                    signatureFieldName: value.array?.dropFirst().first?.string ?? "",
                    chunk: value.array?.dropFirst(2).first?.string ?? "",
                    isLastChunk: value.array?.dropFirst(3).first?.bool ?? false))
        case "litellm.ModelResponseStream":
            return .chunk(StreamChunk(id: "chatcmpl-fixed", model: "gpt-4o-mini", content: value.string))
        default: return nil
        }
    }
}

extension [StreamItem] {
    fileprivate var asStream: AsyncStream<StreamItem> {
        AsyncStream { continuation in
            for item in self { continuation.yield(item) }
            continuation.finish()
        }
    }
}

extension FieldLedger {
    mutating func take(_ changes: [FieldChange]) {
        for change in changes {
            switch change {
            case .delta(let field, let text, let isLast): delta(field, text, isLast: isLast)
            case .reset(let field): reset(field)
            }
        }
    }
}
