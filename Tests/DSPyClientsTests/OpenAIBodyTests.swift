import Basics
import DSPyCore
import OrderedJSON
import TestSupport
import Testing

@testable import DSPyClients

/// Bodies captured from DSPy 3.4.1's default engine on a loopback server.
@Suite("Request bodies beyond the recorded corpus")
struct OpenAIBodyTests {
    /// A conversation with parts, a tool call, its result and late instructions.
    static let conversation: [LMMessage] = [
        LMMessage(role: "system", text: "S"),
        LMMessage(
            role: "user", content: .parts([["type": "text", "text": "a"], ["type": "text", "text": "b"]])),
        LMMessage(
            role: "assistant", content: .none,
            toolCalls: [
                ["id": "c", "type": "function", "function": ["name": "f", "arguments": "{\"a\": \"é\"}"]]
            ]),
        LMMessage(role: "tool", content: .text("res"), toolCallID: "c", name: "f"),
        LMMessage(role: "assistant", text: "t"),
        LMMessage(role: "system", text: "late"),
        LMMessage(role: "user", text: "x"),
    ]

    static let short = [LMMessage(role: "system", text: "S"), LMMessage(role: "user", text: "U")]

    static let head = #"""
        [{"role":"system","content":"S"},{"role":"user","content":[{"type":"text","text":"a"},{"type":"text","text":"b"}]},{"role":"assistant","content":null,"tool_calls":[{"id":"c","type":"function","function":{"name":"f","arguments":"{\"a\":\"\\u00e9\"}"}}]},{"role":"tool","tool_call_id":"c","content":"res"},{"role":"assistant","content":"t"},{"role":"system","content":"late"},{"role":"user","content":"x"}]
        """#

    private func chat(
        _ compat: OpenAIChatCompat, _ messages: [LMMessage], _ options: JSONObject, defaults: JSONObject = [:]
    ) throws -> String {
        let request = LMRequest(messages: messages, options: options)
        let bytes = try OpenAIChatDialect(compat: compat).body(for: request, model: "m", defaults: defaults)
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test("a body written without a tree is the one of the tree", arguments: 1...20)
    func withoutTree(seed: Int) throws {
        var random = SeededGenerator(seed: UInt64(seed))
        let texts = ["", "a\n\"b\" \\ \u{1}\u{7F}é😀", String(repeating: "x y\n", count: 300)]
        let options: [JSONObject] = [
            [:], ["temperature": 0.5, "max_tokens": 3], ["extra_body": ["model": "other"]], ["x": ["é": [1, nil]]],
            ["extra_body": ["messages": [], "a": 1]],
        ]
        for _ in 0..<200 {
            let compat: OpenAIChatCompat = Bool.random(using: &random) ? .openAI : .deepSeek
            let dialect = OpenAIChatDialect(compat: compat)
            var messages: [LMMessage] = []
            for _ in 0..<Int.random(in: 0...4, using: &random) {
                let role = ["system", "developer", "user", "assistant", "other"].randomElement(using: &random) ?? ""
                messages.append(LMMessage(role: role, text: texts.randomElement(using: &random) ?? ""))
            }
            if Int.random(in: 0..<4, using: &random) == 0 { messages += Self.conversation }
            let request = LMRequest(messages: messages, options: options.randomElement(using: &random) ?? [:])
            for isStreaming in [false, true] {
                let body = try dialect.body(for: request, model: "m\"", defaults: [:], isStreaming: isStreaming)
                let json = try JSON(parsing: body, options: .python)
                #expect(json.text() == String(decoding: body, as: UTF8.self), "compact, each key once")
                guard request.options["extra_body"] == nil else { continue }
                #expect(json["model"] == "m\"" && json["messages"] == .array(dialect.messages(messages)))
                #expect(json.object?.keys.starts(with: ["model", "messages"]) == true)
            }
        }
    }

    @Test("a conversation with tools is written as DSPy writes it", arguments: ["openai", "groq", "ollama"])
    func conversation(provider: String) throws {
        let compat = try #require(ProviderCatalog.provider(named: provider)).compat
        let limit = provider == "openai" ? "max_completion_tokens" : "max_tokens"
        #expect(
            try chat(compat, Self.conversation, ["max_tokens": 5, "reasoning_effort": "low"])
                == "{\"model\":\"m\",\"messages\":\(Self.head),\"\(limit)\":5,\"reasoning_effort\":\"low\"}")
    }

    @Test("DeepSeek gets an empty reasoning with every assistant turn, and its own dial")
    func deepSeek() throws {
        let body = try chat(.deepSeek, Self.conversation, ["max_tokens": 5, "reasoning_effort": "low"])
        #expect(body.contains(#""content":null,"reasoning_content":"","tool_calls""#))
        #expect(body.contains(#"{"role":"assistant","content":"t","reasoning_content":""}"#))
        #expect(body.hasSuffix(#""max_tokens":5,"thinking":{"type":"enabled"},"reasoning_effort":"low"}"#))
    }

    @Test(
        "reasoning off and the end user's id are spelled as the server wants",
        arguments: [
            ("groq", #""reasoning_effort":"none","user":"u""#), ("ollama", #""reasoning_effort":"none","user":"u""#),
            ("deepseek", #""thinking":{"type":"disabled"},"user_id":"u""#),
            ("xai", #""thinking":{"type":"enabled"},"reasoning_effort":"low","user":"u""#),
            ("moonshot", #""thinking":{"type":"disabled"},"safety_identifier":"u""#),
            ("openrouter", #""reasoning":{"enabled":false},"user":"u""#),
        ])
    func reasoningOff(provider: String, tail: String) throws {
        let compat = try #require(ProviderCatalog.provider(named: provider)).compat
        let body = try chat(compat, Self.short, ["reasoning_effort": "none", "user": "u"])
        #expect(
            body
                == #"{"model":"m","messages":[{"role":"system","content":"S"},{"role":"user","content":"U"}],"#
                + tail + "}")
    }

    @Test("every option has its place; nulls, and what only concerns the client, are not sent")
    func places() throws {
        let options: JSONObject = [
            "verbosity": "low", "parallel_tool_calls": false, "n": 3, "rollout_id": 7, "seed": nil, "api_key": "k",
            "tools": [
                [
                    "type": "function",
                    "function": ["name": "f", "description": "d", "parameters": ["type": "object"]],
                ]
            ],
            "prompt_cache_key": "k", "service_tier": "auto", "store": true, "stop": "x", "logprobs": false,
            "extra_body": ["zz": 1], "foo": 1,
        ]
        #expect(
            try chat(.openAI, Self.short, options, defaults: ["seed": 1, "temperature": 0.5])
                == #"{"model":"m","messages":[{"role":"system","content":"S"},{"role":"user","content":"U"}],"temperature":0.5,"stop":["x"],"tools":[{"type":"function","function":{"name":"f","description":"d","parameters":{"type":"object"}}}],"tool_choice":"auto","parallel_tool_calls":false,"prompt_cache_key":"k","service_tier":"auto","store":true,"verbosity":"low","foo":1,"zz":1}"#
        )
    }

    @Test("the call's token limit replaces the default's, whatever the two are called")
    func tokenLimit() throws {
        let body = try chat(.openAI, Self.short, ["max_tokens": 7], defaults: ["max_completion_tokens": 16_000])
        #expect(body.hasSuffix(#"],"max_completion_tokens":7}"#))
        #expect(throws: LMError.self) {
            try chat(.openAI, Self.short, ["max_tokens": 7, "max_completion_tokens": 8], defaults: [:])
        }
    }

    @Test("responses: instructions, input items and tools are written as DSPy writes them")
    func responses() throws {
        let dialect = OpenAIResponsesDialect()
        let body = try dialect.body(for: LMRequest(messages: Self.conversation), model: "gpt-4o")
        #expect(
            String(decoding: body, as: UTF8.self)
                == #"{"model":"gpt-4o","input":[{"role":"user","content":[{"type":"input_text","text":"a"},{"type":"input_text","text":"b"}]},{"type":"function_call","call_id":"c","name":"f","arguments":"{\"a\":\"\\u00e9\"}"},{"type":"function_call_output","call_id":"c","output":"res"},{"role":"assistant","content":[{"type":"output_text","text":"t"}]},{"role":"developer","content":[{"type":"input_text","text":"late"}]},{"role":"user","content":[{"type":"input_text","text":"x"}]}],"stream":false,"instructions":"S"}"#
        )
        let options: JSONObject = [
            "response_format": [
                "type": "json_schema",
                "json_schema": ["name": "A", "schema": ["type": "object", "properties": [:]], "strict": false],
            ],
            "tools": [["type": "function", "function": ["name": "f", "parameters": ["type": "object"]]]],
            "tool_choice": ["type": "function", "function": ["name": "f"]], "reasoning_effort": "low",
        ]
        let other = try dialect.body(for: LMRequest(messages: Self.short, options: options), model: "m")
        #expect(
            String(decoding: other, as: UTF8.self)
                == #"{"model":"m","input":[{"role":"user","content":[{"type":"input_text","text":"U"}]}],"stream":false,"instructions":"S","tools":[{"type":"function","name":"f","description":null,"parameters":{"type":"object"}}],"tool_choice":{"type":"function","name":"f"},"text":{"format":{"type":"json_schema","name":"A","schema":{"type":"object","properties":{}},"strict":false}},"reasoning":{"effort":"low"}}"#
        )
    }
}
