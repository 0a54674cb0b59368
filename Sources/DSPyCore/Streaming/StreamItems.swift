import OrderedJSON
import Synchronization

/// Makes a streamed program's items out of what happens in its run.
package final class StreamItems: Sendable {
    private struct Answer: Sendable {
        var id: String?
        var model: String?
        var chunks = 0
    }

    private struct State: Sendable {
        var answers: [PredictorCall: Answer] = [:]
        var hasStarted = false
        var cameWhole = false
    }

    private let status: any StatusMessageProvider
    private let streamsFields: Bool
    private let state = Mutex(State())

    package init(status: any StatusMessageProvider, streamsFields: Bool) {
        self.status = status
        self.streamsFields = streamsFields
    }

    /// Whether the prediction must come whatever the caller asked for: else something would be missing.
    var isPredictionNeeded: Bool {
        state.withLock { !streamsFields || $0.cameWhole || !$0.hasStarted }
    }

    /// The items that an event makes.
    package func items(of event: RunEvent) -> [StreamItem] {
        switch event {
        case .field(let call, let change): return streamsFields ? [field(call, change)] : []
        case .model(let call, let event): return chunk(call, event).map { [.chunk($0)] } ?? []
        case .lmStart(let call, let model, let request):
            state.withLock { $0.answers[call] = Answer(model: model) }
            return message(status.lmStartStatusMessage(model, request))
        case .lmEnd(let call, let response): return end(call, response)
        case .moduleStart(let kind, let inputs): return message(status.moduleStartStatusMessage(kind, inputs))
        case .moduleEnd(let kind, let outputs): return message(status.moduleEndStatusMessage(kind, outputs))
        // The tool that ends an agent's work is none that works.
        case .toolStart(_, "finish", _), .toolEnd(_, "finish", _): return []
        case .toolStart(_, let name, let arguments): return message(status.toolStartStatusMessage(name, arguments))
        case .toolEnd(_, let name, .success(let result)): return message(status.toolEndStatusMessage(name, result))
        case .toolEnd(_, let name, .failure(let error)):
            return message(status.toolEndStatusMessage(name, .string(ToolError.report(of: error))))
        case .custom(let text): return [.custom(text)]
        case .callStart, .callEnd: return []
        }
    }

    private func message(_ text: String?) -> [StreamItem] {
        guard let text, !text.isEmpty else { return [] }
        return [.status(StatusMessage(text))]
    }

    private func field(_ call: PredictorCall, _ change: FieldChange) -> StreamItem {
        state.withLock { $0.hasStarted = true }
        switch change {
        case .delta(let field, let text, let isLast):
            return .response(
                StreamResponse(
                    predictName: call.predictName, signatureFieldName: field, chunk: text, isLastChunk: isLast,
                    call: call.number))
        case .reset(let field):
            return .reset(
                StreamReset(predictName: call.predictName, signatureFieldName: field, call: call.number))
        }
    }

    private func chunk(_ call: PredictorCall, _ event: LMStreamEvent) -> StreamChunk? {
        let answer = state.withLock { state -> Answer in
            switch event {
            case .start(let id, let model):
                state.answers[call]?.id = id
                if let model { state.answers[call]?.model = model }
            case .text: state.answers[call]?.chunks += 1
            default: break
            }
            return state.answers[call] ?? Answer()
        }
        guard !streamsFields else { return nil }
        var chunk = StreamChunk(id: answer.id, model: answer.model, predictName: call.predictName)
        switch event {
        case .text(let text): chunk.content = text
        case .reasoning(let text): chunk.reasoning = text
        case .toolCall(let index, let id, let name, let arguments):
            var function: JSONObject = ["arguments": .string(arguments)]
            function["name"] = name.map { .string($0) }
            var call: JSONObject = ["index": .int(index), "type": "function", "function": .object(function)]
            call["id"] = id.map { .string($0) }
            chunk.toolCalls = [.object(call)]
        case .start, .restart: return nil
        }
        return chunk
    }

    private func end(_ call: PredictorCall, _ response: LMResponse?) -> [StreamItem] {
        let answer = state.withLock { state -> Answer in
            let answer = state.answers.removeValue(forKey: call) ?? Answer()
            if answer.chunks == 1 { state.cameWhole = true }
            return answer
        }
        let said = message(status.lmEndStatusMessage(answer.model ?? "", response))
        guard !streamsFields, let output = response?.outputs.first else { return said }
        let last = StreamChunk(
            id: answer.id, model: answer.model, predictName: call.predictName, content: "",
            finishReason: output.finishReason ?? "stop")
        return [.chunk(last)] + said
    }
}
