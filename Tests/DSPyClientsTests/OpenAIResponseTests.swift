import Platform
import DSPyCore
import OrderedJSON
import Testing

@testable import DSPyClients

@Suite("Answers of OpenAI's protocols")
struct OpenAIResponseTests {
    private func chat(_ text: String, options: JSONObject = [:], compat: OpenAIChatCompat = .openAI) throws
        -> LMResponse
    {
        try OpenAIChatDialect(compat: compat).response(from: JSON(parsing: text), options: options, model: "asked")
    }

    @Test("text, reasoning, finish reason, usage and model are read")
    func chat() throws {
        let response = try chat(
            #"{"model":"gpt-x","choices":[{"message":{"content":"hi","reasoning_content":"hm"},"finish_reason":"length"}],"usage":{"prompt_tokens":10,"completion_tokens":5,"total_tokens":15,"completion_tokens_details":{"reasoning_tokens":2}}}"#
        )
        #expect(response.outputs == [LMResponse.Output(text: "hi", reasoning: "hm", finishReason: "length")])
        #expect(response.model == "gpt-x")
        #expect(
            JSON.object(response.usage).text()
                == #"{"prompt_tokens":10,"completion_tokens":5,"total_tokens":15,"prompt_tokens_details":null,"completion_tokens_details":{"reasoning_tokens":2}}"#
        )
    }

    @Test("tool calls carry their arguments as json.dumps writes them, and broken ones in DSPy's wrapping")
    func toolCalls() throws {
        let response = try chat(
            #"{"choices":[{"message":{"content":null,"tool_calls":[{"id":"a","function":{"name":"f","arguments":"{\"x\":\"é\"}"}},{"function":{"name":"g","arguments":"{\"x\":"}},{"function":{"name":"h","arguments":"[1]"}}]}}]}"#
        )
        let output = response.outputs[0]
        #expect(output.text == nil)
        #expect(output.finishReason == "tool_calls")
        #expect(
            output.toolCalls.map { $0["function"]?["arguments"]?.string } == [
                #"{"x": "\u00e9"}"#, #"{"partial_json": "{\"x\":"}"#, #"{"value": [1]}"#,
            ])
        #expect(output.toolCalls.map { $0["id"]?.string } == ["a", "call_1", "call_2"])
    }

    @Test("an empty message is an empty text, and log probabilities come when asked for")
    func details() throws {
        let text =
            #"{"choices":[{"message":{"content":""},"logprobs":{"content":[{"token":"a","logprob":-1,"top_logprobs":[]}]}}]}"#
        #expect(try chat(text).outputs[0].text == "")
        #expect(try chat(text).outputs[0].logprobs == nil)
        #expect(
            try chat(text, options: ["logprobs": true]).outputs[0].logprobs?.text()
                == #"{"content":[{"token":"a","logprob":-1.0,"bytes":null,"top_logprobs":[]}]}"#)
    }

    @Test("xAI's reasoning tokens are added to the completion's")
    func xai() throws {
        let response = try chat(
            #"{"choices":[{"message":{"content":"a"}}],"usage":{"completion_tokens":5,"completion_tokens_details":{"reasoning_tokens":2}}}"#,
            compat: .xai)
        #expect(response.usage["completion_tokens"] == 7)
    }

    @Test("an error in an answer of status 200 is an error")
    func errorEnvelope() {
        let error = #expect(throws: LMError.self) {
            try chat(#"{"error":{"message":"too much","code":"rate_limit_exceeded"}}"#)
        }
        #expect(error?.code == .rateLimited)
        #expect(#expect(throws: LMError.self) { try chat(#"{"detail":"?"}"#) }?.code == .badReply)
    }

    @Test("responses: text, calls, reasoning summary and why it ended")
    func responses() throws {
        let text =
            #"{"status":"incomplete","incomplete_details":{"reason":"max_output_tokens"},"output":[{"type":"reasoning","summary":[{"text":"s"}]},{"type":"message","content":[{"type":"output_text","text":"one STOP two"}]}],"usage":{"input_tokens":3,"output_tokens":4,"total_tokens":7}}"#
        let response = try OpenAIResponsesDialect().response(
            from: JSON(parsing: text), options: ["stop": ["STOP"]], model: "m")
        #expect(response.outputs == [LMResponse.Output(text: "one ", reasoning: "s", finishReason: "length")])
        #expect(response.usage["prompt_tokens"] == 3 && response.usage["completion_tokens"] == 4)
        #expect(response.model == "m")
    }
}
