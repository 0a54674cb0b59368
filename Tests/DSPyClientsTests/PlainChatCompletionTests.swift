import Basics
import DSPyCore
import OrderedJSON
import TestSupport
import Testing

@testable import DSPyClients

@Suite("Chat completions read without a tree")
struct PlainChatCompletionTests {
    private static let bodies = [
        #"{"id":"chatcmpl-1","object":"chat.completion","created":1,"model":"gpt-4o-mini","choices":[{"index":0,"message":{"role":"assistant","content":"[[ ## answer ## ]]\nyes \u00e9 \ud83d\ude00 \"q\"","refusal":null},"logprobs":null,"finish_reason":"stop"}],"usage":{"prompt_tokens":12,"completion_tokens":4,"total_tokens":16,"prompt_tokens_details":{"cached_tokens":0,"audio_tokens":1},"completion_tokens_details":{"reasoning_tokens":0}}}"#,
        #" { "choices" : [ { "message" : { "content" : "a" } } , { "message" : 1 } ] , "usage" : { "total_tokens" : 3 } } "#,
        #"{"choices":[{"finish_reason":"length","message":{"content":"日本語","reasoning":null,"tool_calls":null,"x":[{}]}}],"error":null}"#,
        #"{"choices":[{"message":{"content":"a","tool_calls":[{"id":"1","function":{"name":"f","arguments":"{}"}}]}}]}"#,
        #"{"choices":[{"message":{"content":"a","reasoning_content":"b"}}],"usage":{"input_tokens":1,"output_tokens":2}}"#,
        #"{"error":{"message":"no"},"choices":[{"message":{"content":"a"}}]}"#,
        #"{"choices":[{"message":{"content":[{"type":"text","text":"a"}]}}],"usage":{"prompt_tokens":1.5}}"#,
    ]
    /// Pieces that mutations put in; what JSON allows, and what it does not.
    private static let pieces = [
        "null", "1", "-0", "01", "1e3", "\"\"", "\"x\"", "{", "}", "[", "]", ",", ":", "\"content\":\"b\",",
        "\"usage\":{\"prompt_tokens\":7},", "\"model\":\"m\",", "\"finish_reason\":null,", "\\u0063", "\u{FF}", " ",
        "\n",
        "\u{0}", "\"choices\":[],", "99999999999999999999", "\\ud800",
    ]

    /// What the whole tree gives; nil for an error.
    private func byTree(_ bytes: [UInt8]) -> LMResponse? {
        guard let json = try? JSON(parsing: bytes, options: .python) else { return nil }
        return try? OpenAIChatDialect().response(from: json, options: [:], model: "asked")
    }

    @Test("plain bodies are read without a tree, others are left to it", arguments: bodies.enumerated().map { $0 })
    func kinds(place: Int, body: String) throws {
        let quick = OpenAIChatDialect().quickResponse(from: Array(body.utf8), options: [:], model: "asked")
        #expect((quick != nil) == (place < 3))
        if let quick { #expect(quick == byTree(Array(body.utf8))) }
    }

    @Test("whatever is read without a tree is what the tree gives")
    func mutations() {
        var generator = SeededGenerator(seed: 11)
        var read = 0
        for _ in 0..<40_000 {
            var bytes = Array(Self.bodies[Int.random(in: 0..<Self.bodies.count, using: &generator)].utf8)
            for _ in 0...Int.random(in: 0...2, using: &generator) {
                let place = Int.random(in: 0...bytes.count, using: &generator)
                let end = min(bytes.count, place + Int.random(in: 0...6, using: &generator))
                let piece = Self.pieces[Int.random(in: 0..<Self.pieces.count, using: &generator)]
                switch Int.random(in: 0..<3, using: &generator) {
                case 0: bytes.insert(contentsOf: piece.utf8, at: place)
                case 1: bytes.removeSubrange(place..<end)
                default: bytes.replaceSubrange(place..<end, with: piece.utf8)
                }
            }
            guard let quick = OpenAIChatDialect().quickResponse(from: bytes, options: [:], model: "asked") else {
                continue
            }
            read += 1
            guard quick == byTree(bytes) else {
                Issue.record("\(String(decoding: bytes, as: UTF8.self)) is read as \(quick)")
                return
            }
        }
        #expect(read > 2_000)
    }

    @Test("log probabilities and providers that count reasoning apart always need the tree")
    func exceptions() {
        let body = Array(Self.bodies[0].utf8)
        #expect(OpenAIChatDialect().quickResponse(from: body, options: ["logprobs": true], model: "m") == nil)
        #expect(OpenAIChatDialect(compat: .xai).quickResponse(from: body, options: [:], model: "m") == nil)
    }
}
