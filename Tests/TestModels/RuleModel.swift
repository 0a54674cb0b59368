package import DSPyCore
package import OrderedJSON
import Synchronization

/// A model that answers by a rule, and keeps what it was asked.
package final class RuleModel: LanguageModel {
    /// Its full name.
    package let model: String
    /// What it can; an adapter may ask it for JSON.
    package let capabilities = LMCapabilities(responseSchema: true, supportedParams: ["response_format"])
    /// Its own options.
    package let defaults: JSONObject
    private let answer: @Sendable (Int, LMRequest) async throws -> LMResponse
    private let asked = Mutex<[LMRequest]>([])

    /// A model.
    ///
    /// - Parameter answer: The number of the call from 0, and the request.
    package init(
        _ model: String = "test/model", defaults: JSONObject = [:],
        _ answer: @escaping @Sendable (Int, LMRequest) async throws -> LMResponse
    ) {
        self.model = model
        self.defaults = defaults
        self.answer = answer
    }

    /// Answers from a list; the last one again when it is used up.
    package convenience init(_ model: String = "test/model", replies: [String]) {
        self.init(model) { call, _ in LMResponse(outputs: [.init(text: replies[min(call, replies.count - 1)])]) }
    }

    /// Gives the same generations to every request.
    package convenience init(_ model: String = "test/model", outputs: [LMResponse.Output]) {
        self.init(model) { _, _ in LMResponse(outputs: outputs) }
    }

    /// Answers each field that a prompt of the chat format asks for.
    ///
    /// - Parameter rule: The field, the number of the call from 0, and the last message.
    package static func ofFields(
        _ model: String = "test/model", defaults: JSONObject = [:],
        _ rule: @escaping @Sendable (_ field: String, _ call: Int, _ prompt: String) throws -> String = { field, _, _ in
            "the \(field)"
        }
    ) -> RuleModel {
        RuleModel(model, defaults: defaults) { call, request in
            let prompt = request.lastText
            let asked = prompt.split(separator: "Respond with").last.map(String.init) ?? ""
            let names = asked.split(separator: "[[ ## ").dropFirst().compactMap {
                $0.split(separator: " ").first.map(String.init)
            }
            let sections = try names.map {
                $0 == "completed" ? "[[ ## completed ## ]]" : "[[ ## \($0) ## ]]\n\(try rule($0, call, prompt))"
            }
            return LMResponse(outputs: [.init(text: sections.joined(separator: "\n\n"))])
        }
    }

    /// The requests so far.
    package var requests: [LMRequest] { asked.withLock { $0 } }
    /// The last message of each request.
    package var prompts: [String] { requests.map(\.lastText) }

    /// Answers by the rule.
    package func complete(_ request: LMRequest) async throws -> LMResponse {
        let call = asked.withLock { asked in
            asked.append(request)
            return asked.count - 1
        }
        return try await answer(call, request)
    }
}

extension LMRequest {
    /// The text of the last message; empty when it is none.
    fileprivate var lastText: String {
        if case .text(let text)? = messages.last?.content { text } else { "" }
    }
}
