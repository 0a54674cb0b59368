import OrderedJSON
import TestSupport
import Testing

@Suite("Tables in and out of a batch")
final class BatchTableTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func batch(_ arguments: String..., input: String? = nil) async throws -> ToolRun {
        try await ToolRun.run(
            ["batch", "question -> answer"] + arguments + ["--lm", "scripted/echo", "--order", "input"], input: input,
            in: folder)
    }

    private func text(_ name: String) -> String? { Golden.text(of: folder.path + "/" + name) }

    /// What stands in the folder under a name.
    private func names(of output: String) async throws -> [String] {
        try await ToolRun.shell("ls -d \(output)*", in: folder).output.split(separator: "\n").map(String.init)
    }

    private static let gold = "id,question,customer,answer,status\n1,hello,ACME,gold,new\n2,\"a, b\",,gold 2,old\n"

    @Test("--merge keeps each column of the input, in JSON lines as in tables, and says which is whose")
    func merge() async throws {
        try folder.write(Self.gold, to: "in.csv")
        let table = """
            id,status,question,customer,answer_input,status_input,answer,error
            1,ok,hello,ACME,gold,new,hello,
            2,ok,"a, b",,gold 2,old,"a, b",

            """
        let printed = try await batch("in.csv", "--merge", "--output-format", "csv")
        #expect(printed.output == table, "\(printed.errors)")
        #expect(try await batch("in.csv", "--merge", "-o", "out.csv").code == 0)
        #expect(text("out.csv") == table)
        let lines = try await batch("in.csv", "--merge")
        let first = try JSON(parsing: String(lines.output.split(separator: "\n")[0]))
        #expect(
            first["output"] == [
                "question": "hello", "customer": "ACME", "answer_input": "gold", "status": "new", "answer": "hello",
            ])
        let mapped = try await batch("in.csv", "--merge", "--field-map", "answer=gold", "--output-format", "csv")
        #expect(
            mapped.output.hasPrefix("id,status,question,customer,gold,status_input,answer,error\n"), "\(mapped.errors)")
    }

    @Test("a table of rows that do not bring the same fields has a column for each, also for those that failed")
    func ragged() async throws {
        let rows = [
            #"{"question": "a", "x": 1}"#, #"{"question": "b", "y": [2], "answer": "gold"}"#, #"{"z": "no question"}"#,
        ]
        try folder.write(rows.joined(separator: "\n"), to: "in.jsonl")
        #expect(try await batch("in.jsonl", "--merge", "-o", "out.csv").code == 1)
        let table = """
            id,status,question,x,y,answer_input,z,answer,error
            1,ok,a,1,,,,a,
            2,ok,b,,[2],gold,,b,
            3,error,,,,,no question,,missing_input: the row has no `question` (str)

            """
        #expect(text("out.csv") == table)
        #expect(try await names(of: "out.csv") == ["out.csv", "out.csv.jsonl", "out.csv.jsonl.run.json"])
        #expect(try await batch("in.jsonl", "--merge", "--output-format", "csv").output == table)
        let pipe = try await batch("--merge", "--output-format", "csv", input: rows[0] + "\n")
        #expect(pipe.output == "id,status,question,x,answer,error\n1,ok,a,1,a,\n", "\(pipe.errors)")
        #expect(pipe.errors.contains("the first rows, question, x"), "\(pipe.errors)")
    }

    @Test(
        "a table by its suffix is the one file that is left when all rows are done",
        arguments: ["csv", "tsv", "TSV", "tab"])
    func oneFile(suffix: String) async throws {
        try folder.write("question\na\n\"b\"\n", to: "in.csv")
        let run = try await batch("in.csv", "-o", "out.\(suffix)")
        #expect(run.code == 0, "\(run.errors)")
        let mark = suffix == "csv" ? "," : "\t"
        let table = ["id", "status", "answer", "error"].joined(separator: mark) + "\n"
        #expect(text("out.\(suffix)")?.hasPrefix(table) == true, "\(text("out.\(suffix)") ?? "")")
        #expect(try await names(of: "out") == ["out.\(suffix)"])
        let again = try await batch("in.csv", "-o", "out.\(suffix)", "--resume")
        #expect(again.code == 73 && again.errors.contains("once all rows are done it is taken away"), "\(again.errors)")
        #expect(try await batch("in.csv", "-o", "out.\(suffix)").code == 73)
        #expect(try await batch("in.csv", "-o", "out.\(suffix)", "--force").code == 0)
        #expect(try await names(of: "out") == ["out.\(suffix)"])
    }

    @Test("--output-format says otherwise than the suffix")
    func format() async throws {
        try folder.write("question\na\n", to: "in.csv")
        #expect(try await batch("in.csv", "-o", "out.csv", "--output-format", "jsonl").code == 0)
        #expect(text("out.csv")?.hasPrefix("{\"index\"") == true)
    }

    @Test("a table whose rows have failed, or were left out, keeps its journal, and --resume makes it whole")
    func goOn() async throws {
        let rig = try BatchRig()
        defer { rig.stop() }
        try folder.write("question\na\nFAIL500ONCE b\nc\n", to: "in.csv")
        func batch(_ flags: String...) async throws -> ToolRun {
            try await ToolRun.run(
                ["batch", "question -> answer", "in.csv", "-o", "out.csv", "--retries", "0"] + flags + rig.flags,
                in: folder)
        }
        #expect(try await batch("--limit", "2").code == 1)
        #expect(try await names(of: "out.csv").count == 3)
        #expect(try await batch("--resume").code == 1)
        #expect(rig.ledger.count == 3)
        let rest = try await batch("--resume", "--retry-failed")
        #expect(rest.code == 0 && rig.ledger.count == 4, "\(rest.errors)")
        #expect(try await names(of: "out.csv") == ["out.csv"])
        #expect(text("out.csv")?.split(separator: "\n").count == 4)
    }

    @Test("a header without the program's inputs is one error before the first row, out of a file and out of a pipe")
    func header() async throws {
        let table = "Frage;Question\na;b\n"
        try folder.write(table, to: "in.csv")
        for run in [
            try await batch("in.csv", "-o", "out.jsonl"), try await batch("--input-format", "csv", input: table),
            try await batch("in.csv", "--check"), try await batch("in.csv", "--sample", "1"),
        ] {
            #expect(run.code == 65 && run.output.isEmpty, "\(run.output)\(run.errors)")
            let error =
                "line 1: no column `question`, which the program needs; with a semicolon as the separator, the columns are `Frage`, `Question`"
            #expect(run.errors.contains(error) && run.errors.contains("--field-map Question=question"), "\(run.errors)")
        }
        #expect(text("out.jsonl") == nil)
        let mapped = try await batch("in.csv", "--field-map", "Frage=question", "-q")
        #expect(mapped.code == 0 && mapped.output.contains("\"answer\": \"a\""), "\(mapped.errors)")
        #expect(
            mapped.errors.contains("in.csv: the separator of columns is a semicolon, not a comma"), "\(mapped.errors)")
    }
}
