import TestSupport
import Testing

/// What `show --graph` draws of each kind of node.
@Suite struct Graphs {
    private static let program = """
        {"tools": {"grep": {"args": {"pattern": "str"}, "command": ["grep", "{pattern}", "notes"]}}, "steps": [
          {"name": "t", "signature": "mail -> kind: Literal['bill', 'other'], claims: list[str], words: int"},
          {"switch": "t.kind", "cases": {"bill": "mail -> reply", "other": {"module": "ReAct", "signature": "mail -> reply"}}},
          {"for_each": "claims", "as": "claim", "do": "claim -> ok: bool", "collect": "ok", "timeout": 5},
          {"if": "words > 3", "then": {"tool": "grep", "with": {"pattern": "reply"}, "as": "hits"}},
          {"loop": {"signature": "old -> reply, score: int", "in": {"old": "reply"}}, "until": "score > 3", "max": 3},
          {"module": "BestOfN", "of": "reply, ok: list[bool] -> answer", "n": 2, "reward": "len(answer)", "retry": 2,
           "fallback": "reply -> answer"}]}
        """

    private func graph(_ flag: String) async throws -> String {
        let folder = try TemporaryFolder()
        _ = try folder.write(Self.program, to: "p.json")
        let run = try await ToolRun.run(["show", "p.json", flag], in: folder)
        #expect(run.code == 0, "\(run.errors)")
        return run.output
    }

    @Test("the tree names what each node decides by, and the parts inside by their names")
    func tree() async throws {
        #expect(
            try await graph("--graph") == """
                p: mail: str -> answer: str
                  steps
                    t: Predict mail: str -> kind: Literal['bill', 'other'], claims: list[str], words: int
                    switch t.kind
                      cases['bill']:
                        Predict mail: str -> reply: str
                      cases['other']:
                        ReAct mail: str -> trajectory: dict[str, Any], reasoning: str, reply: str with grep
                    for each claim of claims, 8 at once, collecting ok -> ok: list[bool] (at most 5 s)
                      do:
                        Predict claim: str -> ok: bool
                    if words > 3
                      then:
                        tool grep pattern: str -> hits: str [pattern from reply]
                    loop until score > 3, at most 3 rounds
                      body:
                        Predict old: str -> reply: str, score: int [old from reply]
                    BestOfN of 2 by len(answer) (tried again 2 times)
                      module:
                        Predict reply: str, ok: list[bool] -> answer: str
                      fallback:
                        Predict reply: str -> answer: str

                """)
    }

    @Test("the flowchart has a diamond for each decision, a frame for each tool, and an arrow for each value")
    func flowchart() async throws {
        let lines = try await graph("--graph=mermaid").split(separator: "\n").map { $0.drop { $0 == " " } }
        for line in [
            "in -->|mail| n1", #"n2{"switch t.kind"}"#, "n1 -->|t.kind| n2", "n2 -->|cases['bill']| n3",
            "n2 -->|cases['other']| n4", "n1 -->|claim| n5", #"n6{"if words > 3"}"#, "n1 -->|words| n6",
            #"n7[["grep"]]"#, "n6 -->|then| n7", "n8 -->|reply| n9", "n5 -->|ok| n9", "n9 -->|answer| out",
        ] {
            #expect(lines.contains { $0 == line }, "\(line)\n\(lines.joined(separator: "\n"))")
        }
    }
}
