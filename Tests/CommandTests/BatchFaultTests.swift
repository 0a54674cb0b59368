import OrderedJSON
import TestSupport
import Testing

/// `batch` against servers that fail now and then, with the whole binary.
@Suite struct BatchFaults {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func batch(_ rig: BatchRig, _ questions: [String], _ arguments: String...) async throws -> [JSON] {
        let lines = questions.map { "{\"q\": \(JSON.string($0).text())}\n" }
        try folder.write(lines.joined(), to: "in.jsonl")
        let run = try await ToolRun.run(
            ["batch", "q -> a", "in.jsonl", "--order", "input"] + arguments + rig.flags, in: folder)
        #expect(run.code == 0 || run.code == 1, "\(run.errors)")
        return try run.output.split(separator: "\n").map { try JSON(parsing: String($0)) }
    }

    /// What may pass: each happens to one request in twenty.
    private static let passing: [MockFault] = [
        .serverError, .unavailable, .rateLimited, .reset, .close, .cut, .notJSON, .hang,
    ]

    @Test("R11: with one request in twenty failing in each way, all rows come through, and the ledger has the retries")
    func chance() async throws {
        let count = BatchRig.isFullSize ? 400 : 120
        let rig = try BatchRig {
            $0.faults = Self.passing.map { ($0, 0.05) }
            // Longer waits are for the full size.
            $0.mostFaults = BatchRig.isFullSize ? 4 : 2
        }
        defer { rig.stop() }
        let questions = (0..<count).map { "question \($0)" }
        let rows = try await batch(rig, questions, "--timeout", "3")
        #expect(rows.count == count && rows.allSatisfy { $0["status"] == "ok" })
        let entries = Dictionary(grouping: rig.server.entries, by: \.question)
        for (question, row) in zip(questions, rows) {
            let attempts = entries[question] ?? []
            #expect(row["attempts"]?.int == attempts.count, "\(question)")
            #expect(attempts.dropLast().allSatisfy { $0.fault != nil || $0.abandonedAfter != nil }, "\(question)")
            #expect(attempts.last?.fault == nil, "\(question)")
        }
        let met = Set(rig.server.entries.compactMap(\.fault))
        #expect(met == Set(Self.passing), "each kind happened")
        #expect(rows.contains { ($0["attempts"]?.int ?? 0) > 2 })
    }

    @Test("R11: what the provider refuses for good is asked once")
    func refused() async throws {
        let rig = try BatchRig()
        defer { rig.stop() }
        let questions = ["FAIL400 a", "FAIL401 b", "FAIL404 c", "fine"]
        let rows = try await batch(rig, questions)
        let codes = rows.map { $0["error"]?["code"]?.string }
        #expect(codes == ["invalid_request", "auth", "invalid_request", nil])
        #expect(rig.ledger.sorted() == questions.sorted())
        #expect(rows.allSatisfy { $0["attempts"] == 1 })
    }

    /// Times on a server tell of the machine as well, so this is for a quiet one.
    @Test("R11: retries come back over the whole time they may", .enabled(if: BatchRig.isTimed))
    func spread() async throws {
        let rig = try BatchRig()
        defer { rig.stop() }
        let rows = try await batch(rig, (0..<200).map { "FAIL500ONCE \($0)" }, "-j", "200")
        #expect(rows.count == 200 && rows.allSatisfy { $0["attempts"] == 2 })
        let entries = Dictionary(grouping: rig.server.entries, by: \.question).values
        let gaps = entries.compactMap { attempts -> Double? in
            guard attempts.count == 2, let end = attempts[0].end else { return nil }
            return attempts[1].time - end
        }
        let statistic = UniformTest.statistic(gaps.map { min($0, 1) })
        #expect(gaps.count == 200 && gaps.allSatisfy { $0 < 1.5 })
        #expect(statistic < 2.5, "\(statistic)")
    }
}
