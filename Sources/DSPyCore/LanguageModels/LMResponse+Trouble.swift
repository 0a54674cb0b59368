extension LMResponse {
    /// Why an answer is only half of one, as the provider says (`length`, `content_filter`); nil for a whole one.
    package var cut: String? { outputs.lazy.compactMap(\.cut).first }
}

extension LMResponse.Output {
    /// Why this is only half an answer, as the provider says; nil for a whole one.
    var cut: String? {
        guard let finishReason, finishReason != "stop" else { return nil }
        return Self.cutReasons.contains(finishReason.lowercased()) ? finishReason : nil
    }

    /// What is known of an answer that could not be read, put beside the error.
    func explained(_ error: any Error) -> any Error {
        guard var failure = error as? AdapterParseError else { return error }
        if let refusal {
            failure.note = "the model refused: \(refusal)"
        } else if let cut {
            failure.note = LMResponse.advice(against: cut)
        }
        return failure
    }

    /// The reasons to stop that leave an answer unfinished, in the words of OpenAI, Anthropic, Gemini, Mistral, DeepSeek.
    private static let cutReasons: Set<String> = [
        "length", "max_tokens", "model_length", "content_filter", "safety", "error", "insufficient_system_resource",
    ]
}

extension LMResponse {
    /// What a reason for half an answer means, and what helps.
    static func advice(against reason: String) -> String {
        switch reason.lowercased() {
        case "length", "max_tokens", "model_length":
            "the answer is cut off at the token limit (finish_reason \(reason)); allow more with max_tokens"
        case "content_filter", "safety":
            "the provider's content filter cut the answer off (finish_reason \(reason))"
        default: "the provider broke off in its answer (finish_reason \(reason))"
        }
    }
}
