import Platform
import Basics
package import DSPyCore
package import OrderedJSON

/// A model that answers from a script, or from the request itself, without any network.
///
/// - Source: dspy/utils/dummies.py (3.4.1), `DummyLM`.
package final class ScriptedModel: LanguageModel {
    private enum Source: Sendable {
        case script(Script)
        case echo
    }

    private struct State {
        var requests: [LMRequest] = []
        var used = 0
    }

    /// The model's name.
    package let model: String
    /// What adapters may ask of it.
    package let capabilities: LMCapabilities
    /// The model's own options.
    package let defaults: JSONObject
    private let source: Source
    /// Whether requests are kept: tests look at them; a batch of millions of rows must not pile them up.
    private let keepsRequests: Bool
    private let state = Locked(State())

    /// What a scripted model takes unless told otherwise: everything but reasoning.
    package static let everything = LMCapabilities(
        functionCalling: true, responseSchema: true, supportedParams: ["response_format", "tools", "tool_choice"])

    /// A model that gives the answers of a script.
    package init(
        _ script: Script, model: String = "scripted/test", capabilities: LMCapabilities = ScriptedModel.everything,
        defaults: JSONObject = [:]
    ) {
        source = .script(script)
        keepsRequests = true
        self.model = model
        self.capabilities = capabilities
        self.defaults = defaults
    }

    /// A model that gives these texts in order.
    package convenience init(_ texts: [String], model: String = "scripted/test") {
        self.init(Script(replies: texts.map { .text($0) }), model: model)
    }

    /// `echo`, or the script in a file.
    ///
    /// - Throws: `LMError` (`configuration`) when the file cannot be read.
    package init(named name: String, model: String, defaults: JSONObject = [:]) throws(LMError) {
        if name == "echo" {
            source = .echo
        } else {
            let bytes = try FileBytes.read(name, for: "script", isPlain: true)
            source = .script(try Script(parsing: bytes, name: name))
        }
        keepsRequests = false
        self.model = model
        self.defaults = defaults
        capabilities = Self.everything
    }

    /// The requests so far, of a model that was made from a script in memory.
    package var requests: [LMRequest] { state.withLock { $0.requests } }

    /// Answers with the next reply, one for each of `n`.
    package func complete(_ request: LMRequest) async throws -> LMResponse {
        let count = try begin(request)
        var outputs: [LMResponse.Output] = []
        for _ in 0..<count { outputs.append(try output(next(for: request))) }
        return LMResponse(outputs: outputs, model: model)
    }

    /// As `complete`; the pieces of a scripted stream come one by one, with their pauses, an echo word by word.
    package func stream(
        _ request: LMRequest, onEvent: (LMStreamEvent) async throws -> Void
    ) async throws -> LMResponse {
        let count = try begin(request)
        let reply = try next(for: request)
        try await tell(reply, onEvent)
        var outputs = [try output(reply)]
        for _ in 1..<max(count, 1) { outputs.append(try output(next(for: request))) }
        return LMResponse(outputs: outputs, model: model)
    }

    /// Notes a request; how many generations it wants.
    private func begin(_ request: LMRequest) throws -> Int {
        try Task.checkCancellation()
        if keepsRequests { state.withLock { $0.requests.append(request) } }
        return try LMOptions.generations(request, defaults: defaults)
    }

    private func tell(_ reply: Script.Reply, _ onEvent: (LMStreamEvent) async throws -> Void) async throws {
        switch (reply, source) {
        case (.stream(let pieces, _), _):
            for piece in pieces {
                switch piece {
                case .event(let event): try await onEvent(event)
                case .pause(let duration): try await Task.sleep(for: duration)
                }
            }
        case (.failure, _): break
        case (.text(let text), .echo):
            for word in text.split(separator: " ", omittingEmptySubsequences: false).enumerated() {
                try await onEvent(.text((word.offset == 0 ? "" : " ") + word.element))
            }
        case (.text, _), (.output, _):
            try await LMResponse(outputs: [output(reply)], model: model).deliver(to: onEvent)
        }
    }

    private func next(for request: LMRequest) throws -> Script.Reply {
        switch source {
        case .echo:
            return .text(EchoAnswer(to: request).text)
        case .script(let script):
            let texts = request.messages.map(\.allText)
            if let rule = script.rules.first(where: { rule in texts.contains { $0.start(of: rule.text) != nil } }) {
                return rule.reply
            }
            let place = state.withLock { state in
                defer { state.used += 1 }
                return state.used
            }
            guard place < script.replies.count else {
                let last = texts.last ?? ""
                throw LMError(
                    .unanswered,
                    "the script has \(script.replies.count) replies in order and this is request \(place + 1): "
                        + "\"\(last.shortened(to: 120))\"", model: model)
            }
            return script.replies[place]
        }
    }

    private func output(_ reply: Script.Reply) throws -> LMResponse.Output {
        switch reply {
        case .text(let text): return LMResponse.Output(text: text, finishReason: "stop")
        case .output(let output): return output
        case .failure(let error), .stream(_, let error?):
            var error = error
            error.model = model
            throw error
        case .stream(let pieces, nil):
            var output = LMResponse.Output(text: "", finishReason: "stop")
            for piece in pieces {
                switch piece {
                case .event(.text(let text)): output.text = (output.text ?? "") + text
                case .event(.reasoning(let text)): output.reasoning = (output.reasoning ?? "") + text
                default: break
                }
            }
            return output
        }
    }
}

extension LMMessage {
    /// All text of a message; other parts stand as their JSON.
    var allText: String {
        switch content {
        case .text(let text): text
        case .none: ""
        case .parts(let parts): parts.map { $0["text"]?.string ?? $0.text() }.joined(separator: "\n")
        }
    }
}
