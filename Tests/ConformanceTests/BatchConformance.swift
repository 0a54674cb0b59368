import DSPyCore
import OrderedJSON
import TestSupport
import Testing

extension Conformance {
    @Test("modules.jsonl, batch: results, failed examples and the stop at too many errors equal DSPy's")
    func batch() async throws {
        guard let cases = try Golden.cases("modules.jsonl")?.filter({ $0["program"]?["module"] == "batch" }) else {
            return
        }
        guard !cases.isEmpty else { return }
        var tally = Tally(file: "modules.jsonl (batch)")
        for entry in cases { tally.add(entry.id, await Self.problems(entry)) }
        tally.report()
    }

    private static func problems(_ entry: JSON) async -> [String] {
        let examples = (entry["items"]?.array ?? []).map { Example(Value($0).dict ?? [:]) }
        let options = entry["options"]
        do {
            let results = try await Uppercase().batch(
                examples, numThreads: options?["num_threads"]?.int ?? 8, maxErrors: options?["max_errors"]?.int ?? 10,
                in: RunContext())
            guard entry["error"] == nil else { return ["succeeded, but DSPy raises \(entry["error"]?.text() ?? "")"] }
            let predictions = results.predictions.map { $0?.json ?? .null }
            var problems = [
                Tally.difference("results", expected: entry["results"] ?? .null, found: .array(predictions))
            ]
            if let failed = entry["failed_examples"] {
                let found = results.failedExamples.map { JSON.object($0.toDict()) }
                problems.append(Tally.difference("failed", expected: failed, found: .array(found)))
                let messages = results.exceptions.map { JSON.string("\($0)") }
                let expected = (entry["exceptions"]?.array ?? []).map { $0["message"] ?? .null }
                problems.append(Tally.difference("exceptions", expected: .array(expected), found: .array(messages)))
            }
            return problems.compactMap { $0 }
        } catch {
            return "\(error)" == entry["error"]?["message"]?.string ? [] : ["\(error)"]
        }
    }
}

/// The corpus's module: `y` is `x` in capitals, and `FAIL` fails.
private struct Uppercase: Module {
    func forward(_ inputs: ValueDict, in context: RunContext) async throws -> Prediction {
        let text = inputs["x"]?.string ?? ""
        guard text != "FAIL" else { throw ModuleError("ValueError", "item failed: FAIL") }
        return Prediction(["y": .string(text.uppercased())])
    }
}
