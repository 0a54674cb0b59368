import Basics
import DSPyCore
import OrderedJSON
import Testing

@testable import DSPyClients

@Suite("streamed answers of providers") struct StreamReaderTests {
    private func read(
        _ reader: some ModelStreamReader, _ data: [String]
    ) throws -> (events: [LMStreamEvent], response: LMResponse) {
        var reader = reader
        var events: [LMStreamEvent] = []
        for data in data { events += try reader.take(ServerSentEvent(data: Array(data.utf8))) }
        return (events, try reader.finish())
    }

    private func chat(_ options: JSONObject = [:]) -> ChatStreamReader {
        ChatStreamReader(dialect: OpenAIChatDialect(), options: options, model: "m")
    }

    private func delta(_ delta: String, _ rest: String = "") -> String {
        #"{"id":"c1","model":"gpt","choices":[{"index":0,"delta":\#(delta)\#(rest)}]}"#
    }

    @Test("chunks make up text, reasoning, usage and the reason to stop")
    func text() throws {
        let (events, response) = try read(
            chat(),
            [
                delta(#"{"role":"assistant","content":null}"#), delta(#"{"reasoning_content":"hm"}"#),
                delta(#"{"content":"Pa"}"#), delta(#"{"content":""}"#), delta(#"{"content":"ris"}"#),
                delta("{}", #","finish_reason":"length""#),
                #"{"choices":[],"usage":{"prompt_tokens":3,"completion_tokens":2,"total_tokens":5}}"#, "[DONE]",
            ])
        #expect(events == [.start(id: "c1", model: "gpt"), .reasoning("hm"), .text("Pa"), .text("ris")])
        let output = try #require(response.outputs.first)
        #expect(output.text == "Paris" && output.reasoning == "hm" && output.finishReason == "length")
        #expect(response.usage["total_tokens"] == 5)
        #expect(response.model == "gpt")
    }

    @Test("tool calls are put together by their index")
    func tools() throws {
        let (events, response) = try read(
            chat(),
            [
                delta(
                    #"{"tool_calls":[{"index":0,"id":"a","type":"function","function":{"name":"f","arguments":""}}]}"#),
                delta(#"{"tool_calls":[{"index":1,"id":"b","function":{"name":"g","arguments":"{}"}}]}"#),
                delta(#"{"tool_calls":[{"index":0,"function":{"arguments":"{\"x\":"}}]}"#),
                delta(
                    #"{"tool_calls":[{"index":0,"function":{"arguments":"1}"}}]}"#, #","finish_reason":"tool_calls""#),
            ])
        #expect(events.count == 5)
        let calls = try #require(response.outputs.first?.toolCalls)
        #expect(calls.map { $0["function"]?["name"] } == ["f", "g"])
        #expect(calls.first?["function"]?["arguments"] == #"{"x": 1}"#)
        #expect(response.outputs.first?.finishReason == "tool_calls")
    }

    @Test("the whole answer is the one that comes without a stream")
    func equality() throws {
        let whole: JSON = [
            "model": "gpt", "usage": ["prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2],
            "choices": [["finish_reason": "stop", "message": ["role": "assistant", "content": "Paris"]]],
        ]
        let expected = try OpenAIChatDialect().response(from: whole, options: [:], model: "m")
        let (_, response) = try read(
            chat(),
            [
                delta(#"{"content":"Paris"}"#, #","finish_reason":"stop""#),
                #"{"choices":[],"usage":{"prompt_tokens":1,"completion_tokens":1,"total_tokens":2}}"#,
            ])
        #expect(response == expected)
    }

    @Test("log probabilities of all chunks are kept when they were asked for")
    func logprobs() throws {
        let piece = #","logprobs":{"content":[{"token":"a","logprob":-0.5,"bytes":[97],"top_logprobs":[]}]}"#
        let (_, response) = try read(
            chat(["logprobs": true]),
            [delta(#"{"content":"a"}"#, piece), delta(#"{"content":"a"}"#, piece + #","finish_reason":"stop""#)])
        #expect(response.outputs.first?.logprobs?["content"]?.array?.count == 2)
    }

    @Test("an error in the stream is the provider's error")
    func failure() throws {
        let error = #expect(throws: LMError.self) {
            try read(
                chat(),
                [delta(#"{"content":"a"}"#), #"{"error":{"code":"rate_limit_exceeded","message":"slow down"}}"#])
        }
        #expect(error?.code == .rateLimited)
        #expect(error?.message.contains("slow down") == true)
        let plain = #expect(throws: LMError.self) { try read(chat(), [#"{"error":"overloaded"}"#]) }
        #expect(plain?.message.contains("overloaded") == true)
    }

    @Test("a stream that breaks off is a failure that may pass, one that is no JSON is not")
    func broken() throws {
        let lost = #expect(throws: LMError.self) { try read(chat(), [delta(#"{"content":"a"}"#)]) }
        #expect(lost?.code == .transport && lost?.isRetryable == true)
        let empty = #expect(throws: LMError.self) { try read(chat(), []) }
        #expect(empty?.code == .transport)
        let bad = #expect(throws: LMError.self) { try read(chat(), ["<html>"]) }
        #expect(bad?.code == .badReply && bad?.message.contains("<html>") == true)
    }

    @Test("[DONE] alone ends an answer too, and what follows it is passed over")
    func done() throws {
        let (events, response) = try read(chat(), [delta(#"{"content":"a"}"#), "[DONE]", "rubbish"])
        #expect(events.count == 2)
        #expect(response.outputs.first?.text == "a")
        #expect(response.outputs.first?.finishReason == "stop")
    }

    @Test("events of the responses API make up text, reasoning, calls and the answer")
    func responses() throws {
        let item = #"{"type":"function_call","call_id":"a","name":"f","arguments":""}"#
        let output =
            #"[{"type":"reasoning","summary":[{"text":"h"},{"text":"m"}]},"#
            + #"{"type":"message","content":[{"type":"output_text","text":"Paris"}]},"#
            + #"{"type":"function_call","call_id":"a","name":"f","arguments":"{}"}]"#
        let (events, response) = try read(
            ResponsesStreamReader(options: [:], model: "m"),
            [
                #"{"type":"response.created","response":{"id":"r1","model":"gpt"}}"#,
                #"{"type":"response.reasoning_summary_part.added","summary_index":0}"#,
                #"{"type":"response.reasoning_summary_text.delta","delta":"h"}"#,
                #"{"type":"response.reasoning_summary_part.added","summary_index":1}"#,
                #"{"type":"response.reasoning_summary_text.delta","delta":"m"}"#,
                #"{"type":"response.output_text.delta","delta":"Par"}"#,
                #"{"type":"response.output_text.delta","delta":"is"}"#,
                #"{"type":"response.output_item.added","output_index":2,"item":\#(item)}"#,
                #"{"type":"response.function_call_arguments.delta","output_index":2,"delta":"{}"}"#,
                #"{"type":"response.completed","response":{"status":"completed","model":"gpt","output":\#(output)}}"#,
            ])
        #expect(
            events == [
                .start(id: "r1", model: "gpt"), .reasoning("h"), .reasoning("\n"), .reasoning("m"), .text("Par"),
                .text("is"), .toolCall(index: 0, id: "a", name: "f", arguments: ""),
                .toolCall(index: 0, id: nil, name: nil, arguments: "{}"),
            ])
        #expect(response.outputs.first?.text == "Paris")
        #expect(response.outputs.first?.reasoning == "h\nm")
        let failed = #expect(throws: LMError.self) {
            try read(
                ResponsesStreamReader(options: [:], model: "m"),
                [#"{"type":"response.failed","response":{"error":{"code":"server_error","message":"no"}}}"#])
        }
        #expect(failed?.code == .serverError)
    }
}
