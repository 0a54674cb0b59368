import OrderedJSON
import TestSupport
import Testing

/// `batch --stream=ndjson` with the whole binary.
@Suite struct BatchStream {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func events(_ run: ToolRun) throws -> [JSON] {
        try run.output.split(separator: "\n").map { try JSON(parsing: String($0)) }
    }

    @Test("every event names its row, deltas make up each row's outputs, and each row ends once")
    func laws() async throws {
        let rig = try BatchRig { $0.cut.bytes = 7 }
        defer { rig.stop() }
        let lines = (0..<20).map { "{\"id\": \"row-\($0)\", \"q\": \"the question \($0)\"}\n" } + ["{bad\n"]
        try folder.write(lines.joined(), to: "in.jsonl")
        let run = try await ToolRun.run(
            ["batch", "q -> a", "in.jsonl", "-o", "out.jsonl", "--stream=ndjson"] + rig.flags, in: folder)
        #expect(run.code == 1, "\(run.errors)")
        let events = try events(run)
        #expect(events.first?["type"] == "start")
        let rest = events.dropFirst()
        #expect(rest.map { $0["seq"]?.int } == (1...rest.count).map { $0 })
        let rows = try Dictionary(
            uniqueKeysWithValues: (Golden.text(of: folder.path + "/out.jsonl") ?? "").split(separator: "\n").map {
                line in
                let row = try JSON(parsing: String(line))
                return (row["id"]?.string ?? "", row)
            })
        let byRow = Dictionary(grouping: rest) { $0["item"]?.string ?? "none" }
        #expect(Set(byRow.keys) == Set(rows.keys) && rows.count == 21)
        for (id, events) in byRow {
            let isOK = rows[id]?["status"] == "ok"
            #expect(events.last?["type"] == (isOK ? "result" : "error"))
            #expect(events.filter { $0["type"] == "result" || $0["type"] == "error" }.count == 1)
            guard isOK else { continue }
            let text = events.filter { $0["type"] == "delta" }.compactMap { $0["text"]?.string }.joined()
            #expect(text == rows[id]?["output"]?["a"]?.string)
            #expect(events.last?["output"] == rows[id]?["output"])
        }
    }

    @Test("a reader that goes away ends the batch quietly")
    func closedPipe() async throws {
        try folder.write(String(repeating: "{\"q\": \"x\"}\n", count: 20_000), to: "in.jsonl")
        let run = try await ToolRun.shell(
            "'\(ToolRun.path())' batch 'q -> a' in.jsonl -m scripted/echo --stream=ndjson -q | head -3; exit ${PIPESTATUS[0]}",
            in: folder)
        #expect(run.code == 141)
        #expect(run.errors.isEmpty)
        #expect(run.output.split(separator: "\n").count == 3)
    }
}
