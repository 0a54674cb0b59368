import Basics
@testable import DSPyCore
import OrderedJSON
import TestModels
import TestSupport
import TestTraits
import Testing

@Suite struct AdapterTests {
    @Test(
        "a chat reply splits at its headers",
        arguments: [
            ("[[ ## a ## ]]\nx\n[[ ## b ## ]] y\nz", ["a=x", "b=y\nz"]), ("before\n[[ ## a ## ]]\n\n x \n\n", ["a=x"]),
            ("   [[ ## a ## ]] x", ["a=]] x"]), ("[[ ## a ## ]]\nx\r\n\u{2028}y", ["a=x\n\ny"]), ("no header", []),
            ("**[[ ## a ## ]]**\nx", []), ("[[## a ##]]", []), ("[[ ## a b ## ]]", []), ("[[ ## メモ ## ]]\nx", ["メモ=x"]),
            ("[[ ## a ## ]]\n1\n[[ ## a ## ]]\n2", ["a=1", "a=2"]), ("", []),
        ])
    func sections(reply: String, expected: [String]) {
        #expect(ChatSections.split(reply).map { "\($0.name)=\($0.text)" } == expected)
    }

    @Test("the chat adapter's messages are DSPy's")
    func chatMessages() throws {
        let signature = try Signature("question, n: int -> answer: Literal['a', 'b']", instructions: "Do.\nIt.")
        let messages = try ChatAdapter().format(signature, demos: [], inputs: ["question": "q", "n": 1])
        #expect(messages.map(\.role) == ["system", "user"])
        let system = """
            Your input fields are:
            1. `question` (str):\u{20}
            2. `n` (int):
            Your output fields are:
            1. `answer` (Literal['a', 'b']):
            All interactions will be structured in the following way, with the appropriate values filled in.

            [[ ## question ## ]]
            {question}

            [[ ## n ## ]]
            {n}

            [[ ## answer ## ]]
            {answer}        # note: the value you produce must exactly match (no extra characters) one of: a; b

            [[ ## completed ## ]]
            In adhering to this structure, your objective is:\u{20}
                    Do.
                    It.
            """
        #expect(messages[0].text == system)
        let user = """
            [[ ## question ## ]]
            q

            [[ ## n ## ]]
            1

            Respond with the corresponding output fields, starting with the field `[[ ## answer ## ]]` (must be formatted as a valid \
            Python Literal['a', 'b']), and then ending with the marker for `[[ ## completed ## ]]`.
            """
        #expect(messages[1].text == user)
    }

    @Test("incomplete demos come first, and demos without an input or an output are dropped")
    func demos() throws {
        let demos: [ValueDict] = [
            ["q": "full", "a": "1", "b": "2"], ["q": "part", "a": "3"], ["q": "no output"], ["a": "no input"],
            ["q": "null", "a": "4", "b": .null],
        ]
        let messages = try ChatAdapter().format(try Signature("q -> a, b"), demos: demos, inputs: ["q": "now"])
        #expect(
            messages.map(\.role) == ["system", "user", "assistant", "user", "assistant", "user", "assistant", "user"])
        #expect(
            messages[1].text
                == "This is an example of the task, though some input or output fields are not supplied.\n\n[[ ## q ## ]]\npart"
        )
        #expect(
            messages[2].text
                == "[[ ## a ## ]]\n3\n\n[[ ## b ## ]]\nNot supplied for this particular example.\n\n[[ ## completed ## ]]\n"
        )
        #expect(messages[4].text?.contains("None") == true)
        #expect(messages[5].text == "[[ ## q ## ]]\nfull")
    }

    @Test("an answer that chat cannot read is asked for again as JSON")
    func fallback() async throws {
        let lm = RuleModel(replies: ["no headers", #"{"n": "5"}"#])
        let call = AdapterCall(lm: lm, signature: try Signature("q -> n: int"), inputs: ["q": "x"])
        #expect(try await ChatAdapter().call(call) == [["n": 5]])
        #expect(lm.requests.count == 2)
        #expect(lm.requests[1].options["response_format"]?["type"] == "json_schema")
        await #expect(throws: AdapterParseError.self) {
            try await ChatAdapter(useJSONAdapterFallback: false).call(call)
        }
        #expect(lm.requests.count == 3)
    }

    @Test(
        "the JSON adapter reads damaged JSON, prose around it, and the first of several objects in a list",
        arguments: [
            (#"{"a": "x", "n": 1}"#, "{'a': 'x', 'n': 1}"),
            ("Sure:\n```json\n{'a': 'x', 'n': '1',}\n```", "{'a': 'x', 'n': 1}"),
            (#"[{"a": "x", "n": 1}, {"a": "y", "n": 2}]"#, "{'a': 'x', 'n': 1}"),
            (#"{"a": null, "n": true, "z": 0}"#, "{'a': 'None', 'n': 1}"),
            (#"{"a": [1, "b"], "n": 1.0}"#, #"{'a': "[1, 'b']", 'n': 1}"#),
        ])
    func json(reply: String, repr: String) throws {
        #expect(Value.dict(try JSONAdapter().parse(try Signature("q -> a, n: int"), reply)).pythonRepr == repr)
    }

    @Test("missing outputs take their default, or None where the type admits it")
    func missing() throws {
        let fields = [
            Field(name: "q", kind: .input), Field(name: "a", kind: .output),
            Field(name: "b", kind: .output, type: .optional(.integer)),
            Field(name: "c", kind: .output, defaultValue: "dflt"),
        ]
        let signature = Signature(fields: fields)
        #expect(try JSONAdapter().parse(signature, #"{"a": "x"}"#) == ["a": "x", "b": .null, "c": "dflt"])
        let error = #expect(throws: AdapterParseError.self) { try JSONAdapter().parse(signature, #"{"b": 1}"#) }
        #expect(error?.description.contains("expected fields a, b, c, found b") == true)
    }

    @Test("random answers are read or refused by every adapter, and never break it", .ownThread)
    func fuzz() throws {
        let signature = try Signature(
            "q -> a, n: int, tags: list[str], d: dict[str, float], p: Person | None, c: Color, l: Literal['x', 1], t: datetime.datetime, code: dspy.Code",
            namedTypes: TypeTests.named)
        let adapters: [any Adapter] = [ChatAdapter(), JSONAdapter(), XMLAdapter(), BAMLAdapter()]
        let whole = [
            "[[ ## a ## ]]\nx\n\n[[ ## n ## ]]\n5\n\n[[ ## tags ## ]]\n[\"a\"]\n\n[[ ## d ## ]]\n{\"k\": 1.5}\n\n[[ ## p ## ]]\n{\"name\": \"A\"}\n\n[[ ## c ## ]]\nred\n\n[[ ## l ## ]]\nx\n\n"
                + "[[ ## t ## ]]\n2024-01-02\n\n[[ ## code ## ]]\nx = 1\n\n[[ ## completed ## ]]",
            #"{"a": "x", "n": 5, "tags": ["a"], "d": {"k": 1.5}, "p": {"name": "A"}, "c": "red", "l": 1, "t": "2024-01-02", "code": "x = 1"}"#,
            "<a>x</a><n>5</n><tags><item>a</item></tags><d><k>1.5</k></d><p><name>A</name></p><c>red</c><l>1</l><t>2024-01-02</t><code>x</code>",
        ]
        for (adapter, reply) in zip(adapters, whole) {
            #expect(throws: Never.self) { try adapter.parse(signature, reply) }
        }
        let pieces = [
            "[[ ## ", " ## ]]", "{", "}", "[", "]", "\"", "'", ":", ",", "\\", "\n", "<", ">", "</", "/>", "&amp;", "&",
            "<item>", "null", "None", "```", "é", "\u{301}", "\u{2028}",
            "<![CDATA[", "]]>", "<!--", "-->", "\0", "1e999", "Literal[", " ", "\t", "😀",
        ]
        var random = SeededGenerator(seed: 4)
        for _ in 0..<4_000 {
            let reply = random.damaged(whole.randomElement(using: &random) ?? "", with: pieces)
            for adapter in adapters { _ = try? adapter.parse(signature, reply) }
        }
        let deep = "{\"a\": " + String(repeating: "[", count: 50_000) + String(repeating: "]", count: 50_000) + "}"
        for adapter in adapters { _ = try? adapter.parse(try Signature("q -> a: Any"), deep) }
        for text in [
            String(repeating: "[", count: 50_000), String(repeating: "<a>", count: 50_000),
            String(repeating: "{\"a\":", count: 50_000),
        ] {
            for adapter in adapters { #expect(throws: AdapterParseError.self) { try adapter.parse(signature, text) } }
        }
    }
}
