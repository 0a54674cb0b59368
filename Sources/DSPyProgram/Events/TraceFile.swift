package import Platform
import Basics
package import DSPyCore
import DSPyClients
import OrderedJSON

/// A file of every model call, tool call, module, retry and value handed on, one JSON line each, with times.
///
/// A trace that cannot be written is told once; the run goes on.
package final class TraceFile: Sendable {
    private let file: LineFile
    private let nodes: [PredictorID: String]
    private let start = ContinuousClock.now

    /// A trace of a module's runs in a file.
    package init(_ file: LineFile, of module: any Module) {
        self.file = file
        nodes = Dictionary(module.namedPredictors().map { ($0.predict.id, $0.node) }) { first, _ in first }
    }

    /// What notes a run; in a batch its lines carry the row's id.
    package func trace(item: String? = nil) -> RunTrace {
        RunTrace { [self] event, began in file.append(.object(line(event, began, item))) }
    }

    private func line(_ event: RunTrace.Event, _ began: ContinuousClock.Instant, _ item: String?) -> JSONObject {
        let (type, members, isSpan) = parts(event)
        var line: JSONObject = ["type": .string(type)]
        if let item { line["item"] = .string(item) }
        line["ms"] = .double(Self.milliseconds(began - start))
        if isSpan { line["took_ms"] = .double(Self.milliseconds(.now - began)) }
        for (key, value) in members { line[key] = value }
        return line
    }

    private func parts(_ event: RunTrace.Event) -> (type: String, members: JSONObject, isSpan: Bool) {
        switch event {
        case .module(let kind, let predictor, let inputs, let outcome):
            var members: JSONObject = ["kind": .string(kind)]
            if let predictor { members["node"] = .string(node(predictor)) }
            members["inputs"] = Value.dict(inputs).plainJSON
            add(outcome, as: "outputs", to: &members) { $0.json }
            return ("module", members, true)
        case .model(let predictor, let model, let request, let outcome):
            var members: JSONObject = [
                "node": .string(node(predictor)), "model": .string(model),
                "messages": .array(request.messages.map(\.json)),
                "options": .object(SecretOptions.hidden(request.options)),
            ]
            add(outcome, as: "outputs", to: &members) { response in
                .array(
                    response.outputs.map { output in
                        var shown: JSONObject = ["text": output.text.map { .string($0) } ?? .null]
                        if !output.toolCalls.isEmpty { shown["tool_calls"] = .array(output.toolCalls) }
                        if let reasoning = output.reasoning { shown["reasoning"] = .string(reasoning) }
                        return .object(shown)
                    })
            }
            if case .success(let response) = outcome {
                members["usage"] = .object(response.usage)
                members["attempts"] = .int(response.attempts)
                members["cached"] = .bool(response.isCached)
            }
            return ("lm_call", members, true)
        case .retry(let predictor, let model, let restart):
            var members: JSONObject = [
                "node": .string(node(predictor)), "model": .string(model), "attempt": .int(restart.attempt),
                "wait_ms": .int(Int(saturating: (restart.wait * 1000).rounded())),
                "reason": .string(restart.reason.code.rawValue), "message": .string(restart.reason.message),
            ]
            if let status = restart.reason.status { members["http"] = .int(status) }
            return ("retry", members, false)
        case .tool(let name, let arguments, let outcome):
            var members: JSONObject = ["name": .string(name), "args": Value.dict(arguments).plainJSON]
            add(outcome, as: "result", to: &members) { $0.plainJSON }
            return ("tool_call", members, true)
        case .edge(let from, let to, let value):
            return ("edge", ["from": .string(from), "to": .string(to), "value": value.plainJSON], false)
        }
    }

    private func node(_ predictor: PredictorID) -> String { nodes[predictor] ?? "self" }

    private func add<Outcome>(
        _ outcome: Result<Outcome, any Error>, as key: String, to members: inout JSONObject,
        _ json: (Outcome) -> JSON
    ) {
        switch outcome {
        case .success(let value):
            members["ok"] = true
            members[key] = json(value)
        case .failure(let error):
            members["ok"] = false
            let report = ErrorReport(error)
            members["error"] = ["code": .string(report.code.rawValue), "message": .string(report.message)]
        }
    }

    private static func milliseconds(_ duration: Duration) -> Double {
        (duration / .microseconds(1)).rounded(.down) / 1000
    }
}
