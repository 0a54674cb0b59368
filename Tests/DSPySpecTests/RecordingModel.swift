import DSPyCore
import OrderedJSON
import Synchronization

/// A model that keeps each request and answers in the chat format with the names of the fields asked for.
final class RecordingModel: LanguageModel {
    let model: String
    let defaults: JSONObject
    private let kept = Mutex<[LMRequest]>([])

    init(_ model: String, defaults: JSONObject = [:]) {
        self.model = model
        self.defaults = defaults
    }

    var capabilities: LMCapabilities { LMCapabilities() }

    /// The requests so far.
    var requests: [LMRequest] { kept.withLock { $0 } }

    func complete(_ request: LMRequest) async throws -> LMResponse {
        kept.withLock { $0.append(request) }
        guard case .text(let prompt)? = request.messages.last?.content else { return LMResponse(outputs: []) }
        let asked = prompt.split(separator: "Respond with").last.map(String.init) ?? ""
        let names = asked.split(separator: "[[ ## ").dropFirst().compactMap {
            $0.split(separator: " ").first.map(String.init)
        }
        let text = names.map { $0 == "completed" ? "[[ ## completed ## ]]" : "[[ ## \($0) ## ]]\nthe \($0)" }
        return LMResponse(outputs: [.init(text: text.joined(separator: "\n\n"))])
    }
}
