import OrderedJSON
import TestSupport
import Testing

@testable import DSPyClients

@Suite("Replies as servers send them")
struct ReplyShapeTests {
    private static let shapes = WireCase.golden("reply_shapes.jsonl").map { ReplyShape(line: $0) }

    @Test("what DSPy reads is read, and every reason is told: reply_shapes.jsonl, row by row")
    func table() async throws {
        var passed = 0
        for shape in Self.shapes {
            let problems = try await shape.problems()
            if problems.isEmpty {
                passed += 1
            } else {
                Issue.record("\(shape.name): \(problems.joined(separator: "; "))")
            }
        }
        print("reply_shapes.jsonl: \(passed)/\(Self.shapes.count)")
        #expect(passed == Self.shapes.count && passed >= 300)
    }

    @Test("the table says why, wherever it asks for something else than DSPy does")
    func reasons() {
        for shape in Self.shapes {
            let (found, expected) = (shape.line["dspy"] ?? .null, shape.line["expected"] ?? .null)
            let isSame = ["prediction", "class", "retried"].allSatisfy { expected[$0] == found[$0] }
            #expect(isSame || shape.line["differs"]?.string?.isEmpty == false, "\(shape.name)")
        }
        #expect(Set(Self.shapes.map(\.name)).count == Self.shapes.count)
    }
}
