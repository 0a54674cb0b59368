package import DSPyCore
package import OrderedJSON

/// One line of a recording: what was asked, and what came back.
package struct RecordedExchange: Sendable {
    /// The model's name.
    package var model: String
    /// The messages as JSON.
    package var messages: [JSON]
    /// The options that shape the answer, without nulls and what only concerns the client, sorted by name.
    package var options: JSONObject
    /// The answer, or the failure.
    package var outcome: Result<LMResponse, LMError>

    /// What was asked of a model.
    init(_ request: LMRequest, model: String, defaults: JSONObject, outcome: Result<LMResponse, LMError>) {
        self.model = model
        messages = request.messages.map(\.json)
        options = Self.options(request, defaults)
        self.outcome = outcome
    }

    /// A line of a recording.
    ///
    /// - Throws: `LMError` (`configuration`) that says what is missing.
    init(_ line: JSON) throws(LMError) {
        guard let request = line["request"], let messages = request["messages"]?.array else {
            throw LMError(.configuration, "a recorded line needs \"request\" with \"messages\"")
        }
        model = request["model"]?.string ?? ""
        self.messages = messages
        options = Self.sorted(request["options"]?.object ?? [:])
        if let response = line["response"] {
            outcome = .success(LMResponse(recorded: response))
        } else if let error = line["error"] {
            let code = error["code"]?.string.flatMap(LMError.Code.init(rawValue:)) ?? .serverError
            outcome = .failure(LMError(code, error["message"]?.string ?? "", status: error["status"]?.int))
        } else {
            throw LMError(.configuration, "a recorded line needs \"response\" or \"error\"")
        }
    }

    /// The line, without its line feed.
    var line: JSON {
        var line: JSONObject = [
            "request": ["model": .string(model), "messages": .array(messages), "options": .object(options)]
        ]
        switch outcome {
        case .success(let response): line["response"] = response.recorded
        case .failure(let error):
            var object: JSONObject = ["code": .string(error.code.rawValue), "message": .string(error.message)]
            object["status"] = error.status.map { .int($0) }
            line["error"] = .object(object)
        }
        return .object(line)
    }

    /// Options that neither shape the answer nor belong into a file.
    private static let unrecorded: Set<String> = [
        "api_key", "api_base", "base_url", "headers", "extra_headers", "timeout", "api_version", "organization",
        "project", "extra_query", "custom_llm_provider", "azure_ad_token_provider", "cache", "num_retries", "engine",
    ]

    /// The options of a request as a recording compares them.
    static func options(_ request: LMRequest, _ defaults: JSONObject) -> JSONObject {
        var merged = defaults
        for (key, value) in request.options { merged[key] = value }
        if merged.isEmpty { return merged }
        let recorded = merged.members.filter {
            !$0.value.isNull && !unrecorded.contains($0.key) && !SecretNames.isSecret($0.key)
        }
        return sorted(SecretOptions.hidden(JSONObject(recorded)))
    }

    private static func sorted(_ object: JSONObject) -> JSONObject {
        JSONObject(object.members.sorted { $0.key < $1.key })
    }
}
