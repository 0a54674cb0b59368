import Basics
import DSPyCore
import OrderedJSON
import Testing

@testable import DSPyBatch

@Suite("Table files of all kinds")
struct TableFileTests {
    private struct Seen: Equatable {
        var rows: [BatchRow.Told] = []
        var fault: InputFault?
        var notices: [String] = []
    }

    /// What a parser makes of bytes that come in pieces.
    private static func seen(_ table: TableCase, cutAt cuts: [Int] = []) -> Seen {
        var options = RowParser.Options()
        options.format = table.format
        (options.inputs, options.needs) = (["question"], ["question"])
        var (parser, seen, start) = (RowParser(options), Seen(), 0)
        for end in cuts + [table.bytes.count] where end > start {
            table.bytes[start..<end].withUnsafeBytes { seen.rows += parser.add($0).map(BatchRow.Told.init) }
            start = end
        }
        seen.rows += parser.end().map(BatchRow.Told.init)
        (seen.fault, seen.notices) = (parser.fault, parser.notices)
        return seen
    }

    @Test(
        "a table gives the right rows, or one error that says where it is and what to do",
        arguments: TableCase.excel + TableCase.pandas + TableCase.others)
    func rows(table: TableCase) {
        let seen = Self.seen(table)
        #expect((seen.fault == nil) == (table.fault == nil), "\(String(describing: seen.fault))")
        if let fault = table.fault {
            #expect(seen.rows.isEmpty && seen.fault?.line == fault.line)
            for word in fault.words {
                #expect(seen.fault?.message.contains(word) == true, "\(seen.fault?.message ?? "")")
            }
            return
        }
        #expect(seen.rows.count == table.rows.count, "\(seen.rows)")
        for (row, wanted) in zip(seen.rows, table.rows) {
            switch wanted {
            case .asked(let line, let question):
                #expect(row.line == line && row.question == question && row.problem == nil, "\(row)")
            case .bad(let line, let words):
                #expect(row.line == line && row.problem != nil, "\(row)")
                for word in words { #expect(row.problem?.contains(word) == true, "\(row)") }
            }
        }
        #expect(seen.notices.count == table.notices.count, "\(seen.notices)")
        for (notice, word) in zip(seen.notices, table.notices) { #expect(notice.contains(word), "\(notice)") }
    }

    @Test(
        "a table is the same however it is cut: between the bytes of a mark, of \\r\\n, of a pair",
        arguments: TableCase.excel + TableCase.pandas + TableCase.others)
    func chunks(table: TableCase) {
        let whole = Self.seen(table)
        #expect(Self.seen(table, cutAt: Array(0..<table.bytes.count)) == whole)
        for place in table.bytes.indices { #expect(Self.seen(table, cutAt: [place]) == whole, "cut at \(place)") }
        var random = SeededGenerator(seed: UInt64(table.bytes.count))
        for _ in 0..<20 {
            let cuts = table.bytes.indices.filter { _ in Int.random(in: 0..<5, using: &random) == 0 }
            #expect(Self.seen(table, cutAt: cuts) == whole, "cut at \(cuts)")
        }
    }

    @Test("there are forty of them at the least, and no two have one name")
    func number() {
        let names = (TableCase.excel + TableCase.pandas + TableCase.others).map(\.name)
        #expect(names.count >= 40 && Set(names).count == names.count)
    }

    @Test("lines and JSON come in UTF-16 and with a \\r alone at their ends as well", arguments: [false, true])
    func lines(isUTF16: Bool) {
        for (format, text) in [
            (InputFormat.jsonl, "{\"question\": \"a\"}\r{\"question\": \"é\"}\r"), (.lines, "a\ré\r"),
            (.lines, "a\r\né\r\n"),
        ] {
            var table = TableCase(
                "", isUTF16 ? [0xFE, 0xFF] + TableCase.utf16(text, isBig: true) : Array(text.utf8), [])
            table.format = format
            let whole = Self.seen(table)
            #expect(whole.rows.map(\.line) == [1, 2] && whole.rows.allSatisfy { $0.problem == nil }, "\(whole)")
            #expect(Self.seen(table, cutAt: Array(0..<table.bytes.count)) == whole)
        }
    }

    @Test("a line of many megabytes is told by its line, and costs no memory of its own")
    func long() {
        var options = RowParser.Options()
        (options.format, options.maximumLine) = (.csv, 1000)
        var parser = RowParser(options)
        let text = "question\na\n" + String(repeating: "x,", count: 100_000) + "\nb\n"
        let rows = Array(text.utf8).withUnsafeBytes { parser.add($0) } + parser.end()
        #expect(rows.map(\.line) == [2, 3, 4] && BatchRow.Told(rows[1]).problem?.contains("--max-line") == true)
    }

    @Test("a column for --id that is not there is an error, with the names that are")
    func id() {
        var options = RowParser.Options()
        (options.format, options.idField) = (.csv, "tickt")
        var parser = RowParser(options)
        #expect(Array("ticket,q\n1,a\n".utf8).withUnsafeBytes { parser.add($0) }.isEmpty)
        #expect(parser.fault?.message.contains("did you mean 'ticket'") == true, "\(String(describing: parser.fault))")
    }
}

extension BatchRow {
    /// What tests compare of a row.
    struct Told: Equatable {
        let line: Int
        let id: String
        var question: String?
        var problem: String?

        init(_ row: BatchRow) {
            (line, id) = (row.line, row.id)
            switch row.content {
            case .success(let fields): question = fields["question"]?.string
            case .failure(let error): problem = error.report.message
            }
        }
    }
}
