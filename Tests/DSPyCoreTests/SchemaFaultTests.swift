import OrderedJSON
import TestSupport
import Testing

@testable import DSPyCore

@Suite("JSON schemas of arguments")
struct SchemaFaultTests {
    @Test("600 random values get the words of Python's jsonschema, whole reports included")
    func recorded() throws {
        guard let cases = try Golden.cases("schema_faults.jsonl") else { return }
        var differences: [String] = []
        for entry in cases {
            let fault = SchemaFault.first(in: Value(entry["value"] ?? .null), against: entry["schema"] ?? [:])
            let found: JSON = fault.map { ["message": .string($0.message), "report": .string($0.report)] } ?? .null
            guard found != entry["error"] else { continue }
            differences.append(
                "\(entry["id"]?.string ?? ""): \(entry["schema"]?.text() ?? "") of \(entry["value"]?.text() ?? "")\n"
                    + LineDiff.describe(
                        expected: entry["error"]?["report"]?.string ?? "nothing", found: fault?.report ?? "nothing"))
        }
        let told = differences.prefix(8).joined(separator: "\n")
        #expect(differences.isEmpty, "\(differences.count) differ\n\(told)")
        #expect(cases.count >= 600)
    }

    @Test("schemas that refer to themselves, or nest without end, end")
    func endless() {
        let loop: JSON = ["type": "array", "items": ["$ref": "#"]]
        var nested: Value = .list([])
        for _ in 0..<400 { nested = .list([nested]) }
        #expect(SchemaFault.first(in: nested, against: loop) == nil)
        let own: JSON = ["type": "object", "$ref": "#"]
        #expect(SchemaFault.first(in: .dict([:]), against: own) == nil)
    }
}
