import Basics
package import DSPyCore
package import OrderedJSON

/// Turns what a run does into the events that scripts read.
package struct RunEvents: Sendable {
    /// The id of the row that the next events belong to, in a batch; they carry it.
    package var item: String?
    private let labels: NodeNames
    private let start = ContinuousClock.now
    private var number = 0
    /// The call that failed last, by the row.
    private var failedNodes: [String: String] = [:]

    /// Events of a run, or of a batch.
    package init(_ labels: NodeNames) { self.labels = labels }

    /// The first event.
    package func begin(run: String, spec: String, fingerprint: String, inputs: [String]) -> JSONObject {
        [
            "type": "start", "v": 1, "run": .string(run), "spec": .string(spec), "fingerprint": .string(fingerprint),
            "inputs": .array(inputs.map { .string($0) }),
        ]
    }

    /// The event for what happened, if scripts are told of it.
    package mutating func event(for event: RunEvent) -> JSONObject? {
        switch event {
        case .callStart(let call, let model):
            return numbered(
                "node_start", call, [("kind", .string(labels.kind(of: call.node))), ("model", .string(model))])
        case .callEnd(let call, let usage, let failure):
            if failure != nil { failedNodes[item ?? ""] = call.node }
            var members: [JSONObject.Member] = [("usage", .object(Self.sum(usage)))]
            if let failure { members.append(("error", .string(ErrorReport(failure).code.rawValue))) }
            return numbered("node_end", call, members)
        case .field(let call, .delta(let field, let text, let isLast)):
            var members: [JSONObject.Member] = [("field", .string(field)), ("text", .string(text))]
            if isLast { members.append(("last", true)) }
            return numbered("delta", call, members)
        case .field(let call, .reset(let field)): return numbered("reset", call, [("field", .string(field))])
        case .model(let call, .restart(let restart)):
            var members: [JSONObject.Member] = [
                ("attempt", .int(restart.attempt)), ("wait_ms", .int(Int(saturating: (restart.wait * 1000).rounded()))),
                ("reason", .string(restart.reason.code.rawValue)),
            ]
            if let status = restart.reason.status { members.append(("http", .int(status))) }
            return numbered("retry", call, members)
        case .toolStart(let id, let name, let arguments):
            return numbered(
                "tool_call", nil,
                [("id", .string(id)), ("name", .string(name)), ("args", Value.dict(arguments).plainJSON)])
        case .toolEnd(let id, let name, .success(let result)):
            let json = result.plainJSON
            return numbered(
                "tool_result", nil,
                [
                    ("id", .string(id)), ("name", .string(name)), ("ok", true),
                    ("text", .string(json.string ?? json.text())),
                ])
        case .toolEnd(let id, let name, .failure(let error)):
            return numbered(
                "tool_result", nil,
                [
                    ("id", .string(id)), ("name", .string(name)), ("ok", false),
                    ("error", .string(ErrorReport(error).code.rawValue)),
                    ("text", .string((error as? ErrorReport)?.message ?? "\(error)")),
                ])
        case .custom(let text): return numbered("status", nil, [("message", .string(text))])
        case .moduleStart, .moduleEnd, .lmStart, .lmEnd, .model: return nil
        }
    }

    /// The last event of a run.
    package mutating func end(_ outcome: Result<Prediction, any Error>, usage: JSONObject, cost: Double?) -> JSONObject
    {
        switch outcome {
        case .success(let prediction): return result(prediction.json, usage: usage, cost: cost)
        case .failure(let error):
            return failure(ErrorReport(error))
        }
    }

    /// The last event of a run that gave something.
    package mutating func result(_ output: JSON, usage: JSONObject, cost: Double?) -> JSONObject {
        failedNodes[item ?? ""] = nil
        return numbered(
            "result", nil,
            [("output", output), ("usage", .object(Self.sum(usage))), ("cost_usd", cost.map { .double($0) } ?? .null)])
    }

    /// The last event of a run that failed.
    package mutating func failure(_ report: ErrorReport) -> JSONObject {
        var members: [JSONObject.Member] = [
            ("code", .string(report.code.rawValue)), ("message", .string(report.message)),
        ]
        if let node = failedNodes.removeValue(forKey: item ?? "") { members.append(("node", .string(node))) }
        members.append(("retryable", .bool(report.isRetryable)))
        return numbered("error", nil, members)
    }

    private mutating func numbered(
        _ type: String, _ call: PredictorCall?, _ members: [JSONObject.Member]
    ) -> JSONObject {
        number += 1
        let milliseconds = (ContinuousClock.now - start).inMilliseconds
        var all: [JSONObject.Member] = [("type", .string(type))]
        if let item { all.append(("item", .string(item))) }
        all += [("seq", .int(number)), ("ms", .int(milliseconds))]
        if let call { all += [("node", .string(call.node)), ("call", .int(call.number))] }
        return JSONObject(unique: all + members)
    }

    /// Token counts over all models.
    private static func sum(_ usage: JSONObject) -> JSONObject {
        var total = JSONObject()
        for (_, counts) in usage {
            for (key, value) in counts.object ?? [:] {
                guard let count = value.int else { continue }
                total[key] = .int((total[key]?.int ?? 0).adding(saturating: count))
            }
        }
        return total
    }
}
