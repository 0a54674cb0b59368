import TestSupport
import DSPyCore
import DSPySpec
import Testing

/// What the limits of the format allow fits the stack of a secondary thread.
@Suite struct SmallStacks {
    @Test("the deepest nodes, JSON and types are loaded and formatted on a small stack")
    func deepest() async {
        let nodes = nodes(31, #""q -> a""#)
        let data =
            #"{"signature": "q -> a", "demos": [{"q": "# + String(repeating: "[", count: 93)
            + String(repeating: "]", count: 93) + "}]}"
        let types = (0..<32).map { "\"T\($0)\": {\"x\": \"\($0 == 0 ? "str" : "list[dict[str, T\($0 - 1)]]")\"}" }
            .joined(separator: ",")
        let records = #"{"types": {\#(types)}, "signature": "q: T31 -> a: T31"}"#
        for text in [nodes, data, records] {
            let outcome = await onSmallStack { MemoryFiles().load(text) }
            #expect(outcome.diagnostics.isEmpty, "\(outcome.diagnostics.map(\.summary))")
            let formatted = await onSmallStack { SpecFormatter.format(Array(text.utf8), name: "p.json") }
            #expect((try? formatted.get()) != nil)
        }
    }

    @Test(
        "the deepest nodes of each kind are loaded on a small stack, and their modules built",
        arguments: [
            (#"{"for_each": "l", "as": "x", "do": "#, "}"), (#"{"switch": "k", "cases": {"a": "#, "}}"),
            (#"{"if": "n > 1", "then": "#, "}"), (#"{"loop": "#, #", "until": "n > 1", "max": 2}"#),
            (#"{"module": "BestOfN", "n": 2, "reward": "n", "of": "#, "}"), (#"{"parallel": {"b": "#, "}}"),
            (#"{"signature": "x -> a", "fallback": "#, "}"),
        ])
    func kinds(start: String, end: String) async {
        let text = String(repeating: start, count: 31) + #""x -> a""# + String(repeating: end, count: 31)
        let outcome = await onSmallStack { MemoryFiles().load(text) }
        #expect(outcome.diagnostics.allSatisfy { $0.severity == .warning }, "\(outcome.diagnostics.map(\.summary))")
        let isBuilt = await onSmallStack {
            outcome.program.flatMap { try? TestBuilder.recording.build($0) }.map { $0.namedPredictors().count }
        }
        #expect(isBuilt ?? 0 > 0)
    }

    @Test("programs inside programs are loaded on a small stack, as deep as they may stand")
    func programs() async {
        var files = MemoryFiles(texts: ["p11.json": nodes(20, #""q -> a""#)])
        for level in 1..<11 { files.texts["p\(level).json"] = #"{"program": "p\#(level + 1).json"}"# }
        let loaded = files
        let outcome = await onSmallStack { loaded.load(#"{"program": "p1.json"}"#) }
        #expect(outcome.diagnostics.isEmpty, "\(outcome.diagnostics.map(\.summary))")
    }

    @Test("programs stand at most 12 deep in one another")
    func programsTooDeep() {
        var files = MemoryFiles(texts: ["p12.json": #""q -> a""#])
        for level in 1..<12 { files.texts["p\(level).json"] = #"{"program": "p\#(level + 1).json"}"# }
        #expect(files.load(#"{"program": "p2.json"}"#).diagnostics.isEmpty)
        #expect(
            files.load(#"{"program": "p1.json"}"#).diagnostics.map(\.message) == [
                "programs are nested more than 12 deep"
            ])
    }

    private func nodes(_ count: Int, _ inner: String) -> String {
        String(repeating: #"{"steps": ["#, count: count) + inner + String(repeating: "]}", count: count)
    }
}
