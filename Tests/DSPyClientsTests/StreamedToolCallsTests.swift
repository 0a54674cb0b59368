import DSPyCore
import OrderedJSON
import Testing

@testable import DSPyClients

@Suite("tool calls of streamed answers") struct StreamedToolCallsTests {
    private func calls(_ chunks: [String]) throws -> [String] {
        var calls = StreamedToolCalls()
        for chunk in chunks { _ = try calls.take(try JSON(parsing: chunk).array ?? []) }
        return calls.whole.map { call in
            let function = call["function"]
            return
                "\(call["id"]?.string ?? "?") \(function?["name"]?.string ?? "?")\(function?["arguments"]?.string ?? "?")"
        }
    }

    private static func piece(_ index: Int?, _ id: String?, _ name: String?, _ arguments: String?) -> String {
        var members: [String] = []
        if let index { members.append("\"index\":\(index)") }
        if let id { members.append("\"id\":\"\(id)\"") }
        var function: [String] = []
        if let name { function.append("\"name\":\"\(name)\"") }
        if let arguments { function.append("\"arguments\":\(JSON.string(arguments).text())") }
        return "{" + (members + ["\"function\":{\(function.joined(separator: ","))}"]).joined(separator: ",") + "}"
    }

    private typealias Piece = (index: Int?, id: String?, name: String?, arguments: String?)

    private static let cases: [(name: String, chunks: [[Piece]], calls: [String])] = [
        (
            "numbered, as OpenAI sends them",
            [
                [(0, "a", "f", "")], [(0, nil, nil, "{\"x\":")], [(1, "b", "g", "")], [(0, nil, nil, "1}")],
                [(1, nil, nil, "{}")],
            ], ["a f{\"x\":1}", "b g{}"]
        ),
        ("whole, all numbered 0", [[(0, "a", "f", "{}")], [(0, "b", "f", "{\"x\":1}")]], ["a f{}", "b f{\"x\":1}"]),
        ("whole, without numbers", [[(nil, "a", "f", "{}")], [(nil, "b", "f", "{}")]], ["a f{}", "b f{}"]),
        ("in one chunk, without numbers", [[(nil, "a", "f", "{}"), (nil, "b", "g", "{}")]], ["a f{}", "b g{}"]),
        (
            "without numbers, the second in pieces",
            [[(nil, "a", "f", "{}")], [(nil, "b", "g", "{\"x\"")], [(nil, nil, nil, ":1}")]], ["a f{}", "b g{\"x\":1}"]
        ),
        (
            "all numbered 0, in pieces with their ids mixed",
            [[(0, "a", "f", "{")], [(0, "b", "g", "{")], [(0, "a", nil, "}")], [(0, "b", nil, "}")]],
            ["a f{}", "b g{}"]
        ),
        (
            "another id in every piece of one call",
            [[(0, "a", "f", "{")], [(0, "b", nil, "\"x\":1")], [(0, "c", nil, "}")]], ["a f{\"x\":1}"]
        ),
        ("the id repeated, with the name", [[(0, "a", "f", "{")], [(0, "a", "f", "}")]], ["a f{}"]),
        ("the id later than the name", [[(0, nil, "f", "{")], [(0, "a", nil, "}")]], ["a f{}"]),
        ("the name repeated, without ids", [[(0, nil, "f", "{\"x\":")], [(0, nil, "f", "1}")]], ["call_0 f{\"x\":1}"]),
        ("whole, without ids", [[(0, nil, "f", "{}")], [(0, nil, "g", "{}")]], ["call_0 f{}", "call_1 g{}"]),
        ("numbered, the later first", [[(1, "b", "g", "{}")], [(0, "a", "f", "{}")]], ["a f{}", "b g{}"]),
        ("numbered from 1", [[(1, nil, "f", "{}")], [(2, nil, "g", "{}")]], ["call_1 f{}", "call_2 g{}"]),
    ]

    @Test("calls are told apart however servers number and name them", arguments: Self.cases.indices)
    func shapes(number: Int) throws {
        let (name, chunks, expected) = Self.cases[number]
        let written = chunks.map { "[" + $0.map(Self.piece).joined(separator: ",") + "]" }
        #expect(try calls(written) == expected, "\(name)")
    }

    @Test("arguments may come as an object, and numbers that no answer has are refused")
    func odd() throws {
        #expect(try calls([#"[{"id":"a","function":{"name":"f","arguments":{"x":1}}}, 3]"#]) == [#"a f{"x":1}"#])
        for index in [-1, 1024, Int.max] {
            #expect(throws: LMError.self) { try calls(["[{\"index\":\(index)}]"]) }
        }
        let many = (0..<1100).map { "[{\"id\":\"\($0)\",\"index\":0,\"function\":{\"name\":\"f\"}}]" }
        #expect(throws: LMError.self) { try calls(many) }
    }
}
