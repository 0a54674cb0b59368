import DSPyBatch
import Testing

/// A table file as somebody's program writes it, and what it is for a program `question -> answer`.
struct TableCase: Sendable, CustomTestStringConvertible {
    /// What becomes of a row: its line with the question, or what the error says.
    enum Row: Sendable, Hashable {
        case asked(_ line: Int, String)
        case bad(_ line: Int, _ words: [String])
    }

    let name: String
    let bytes: [UInt8]
    var format = InputFormat.csv
    var rows: [Row] = []
    /// What the one error before the first row says.
    var fault: (line: Int?, words: [String])?
    /// What is told of the table, a word of each notice.
    var notices: [String] = []

    var testDescription: String { name }

    init(_ name: String, _ text: String, _ rows: Row..., notices: [String] = []) {
        self.init(name, Array(text.utf8), rows, notices)
    }

    init(_ name: String, _ bytes: [UInt8], _ rows: [Row], _ notices: [String] = []) {
        (self.name, self.bytes, self.rows, self.notices) = (name, bytes, rows, notices)
    }

    init(_ name: String, _ bytes: [UInt8], fault word: String, _ more: String..., line: Int? = 1) {
        (self.name, self.bytes) = (name, bytes)
        fault = (line, [word] + more)
    }

    init(_ name: String, _ text: String, fault word: String, _ more: String..., line: Int? = 1) {
        (self.name, bytes) = (name, Array(text.utf8))
        fault = (line, [word] + more)
    }

    /// The same as a file of another suffix.
    func of(_ format: InputFormat) -> TableCase {
        var copy = self
        copy.format = format
        return copy
    }

    /// A text in UTF-16.
    static func utf16(_ text: String, isBig: Bool = false) -> [UInt8] {
        text.utf16.flatMap { unit -> [UInt8] in
            let (high, low) = (UInt8(unit >> 8), UInt8(unit & 0xFF))
            return isBig ? [high, low] : [low, high]
        }
    }

    /// A text in Windows-1252, as far as that is Latin-1.
    static func latin1(_ text: String) -> [UInt8] { text.unicodeScalars.map { UInt8($0.value & 0xFF) } }
}

extension TableCase {
    /// As Excel saves a sheet of three columns.
    static let excel: [TableCase] = [
        TableCase(
            "Excel, CSV UTF-8", "\u{FEFF}id,question,note\r\n1,\"a, b\",\r\n2,\"say \"\"hi\"\"\",x\r\n",
            .asked(2, "a, b"),
            .asked(3, "say \"hi\"")),
        TableCase(
            "Excel, CSV UTF-8, in Germany", "\u{FEFF}id;question;note\r\n1;a, b;3,5\r\n2;\"c;d\";\r\n",
            .asked(2, "a, b"),
            .asked(3, "c;d"), notices: ["semicolon"]),
        TableCase("Excel, CSV, plain letters only", "id,question\r\n1,a\r\n", .asked(2, "a")),
        TableCase(
            "Excel, CSV, an accent in a cell", latin1("id,question\r\n1,a\r\n2,café\r\n3,c\r\n"),
            [
                .asked(2, "a"), .bad(3, ["`question`", "not UTF-8", "0xE9", "\"caf\"", "iconv -f WINDOWS-1252"]),
                .asked(4, "c"),
            ]),
        TableCase(
            "Excel, CSV, an accent in a name", latin1("id,question,Réponse\r\n1,a,b\r\n"),
            fault: "column 3", "0xE9", "CSV UTF-8", "iconv"),
        TableCase(
            "Excel, CSV (Macintosh)", "id,question,note\r1,\"a\nb\",\r2,c,d\r", .asked(2, "a\nb"), .asked(4, "c")),
        TableCase("Excel, CSV (MS-DOS)", "question\r\na\r\n", .asked(2, "a")),
        TableCase(
            "Excel, Unicode Text", [0xFF, 0xFE] + utf16("id\tquestion\tnote\r\n1\t\"a\tb\"\t\r\n2\tç日😀\t\r\n"),
            [.asked(2, "a\tb"), .asked(3, "ç日😀")], ["UTF-16"]
        ).of(.tsv),
        TableCase(
            "Excel, Unicode Text, called .csv", [0xFF, 0xFE] + utf16("id\tquestion\r\n1\ta\r\n"), [.asked(2, "a")],
            ["UTF-16", "separator"]),
        TableCase("Excel, Text (tab delimited)", "id\tquestion\r\n1\ta, b\r\n", .asked(2, "a, b")).of(.tsv),
        TableCase(
            "a line sep=, for Excel", "sep=,\r\nid,question\r\n1,a\r\n", .asked(3, "a"), notices: ["sep="]),
        TableCase(
            "a line sep=; for Excel", "sep=;\nquestion;note\n\"a;b\";\n", .asked(3, "a;b"), notices: ["semicolon"]),
        TableCase(
            "a line sep=; behind a mark", "\u{FEFF}SEP=;\nquestion;note\na;\n", .asked(3, "a"), notices: ["semicolon"]),
        TableCase("a line \"sep=|\" in quotes", "\"sep=|\"\nquestion|note\na|\n", .asked(3, "a"), notices: ["sep="]),
        TableCase("a line sep= with a tab", "sep=\t\nquestion\tnote\na, b\t\n", .asked(3, "a, b"), notices: ["tab"]),
        TableCase(
            "Excel, empty cells to the right of the table", "question,note,,\r\na,x,,\r\nb,,,\r\n", .asked(2, "a"),
            .asked(3, "b")),
        TableCase("Excel, cells that no column has, empty", "question,note\r\na,x,,\r\n", .asked(2, "a")),
        TableCase(
            "Excel, a remark to the right of the table", "question,note\r\na,x,,look here\r\n",
            .bad(2, ["2 columns, the record 4", "quotes"])),
        TableCase(
            "Excel, rows that were emptied", "id,question,note\r\n1,a,\r\n,,\r\n , ,\r\n2,b,\r\n,,\r\n", .asked(2, "a"),
            .asked(5, "b")),
        TableCase(
            "a workbook that was called .csv", [0x50, 0x4B, 3, 4, 0x14, 0, 6, 0], fault: "workbook", "CSV", line: nil),
        TableCase(
            "an old workbook", [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1, 0x0A], fault: "xls", "CSV", line: nil),
    ]

    /// As pandas 3.1 writes them, `to_csv` with what the name says.
    static let pandas: [TableCase] = [
        TableCase(
            "pandas", ",id,question,note\n0,1,\"a, b\",\n1,2,\"say \"\"hi\"\"\",\n2,3,\"x\ny\",3.5\n",
            .asked(2, "a, b"),
            .asked(3, "say \"hi\""), .asked(4, "x\ny")),
        TableCase(
            "pandas, quoting=QUOTE_ALL",
            "\"id\",\"question\",\"note\"\n\"1\",\"a, b\",\"\"\n\"2\",\"\",\"\"\n\"3\",\"x\ny\",\"3.5\"\n",
            .asked(2, "a, b"), .asked(3, ""), .asked(4, "x\ny")),
        TableCase(
            "pandas, sep=';', decimal=','", "id;question;note\n1;a, b;\n2;\"say \"\"hi\"\"\";\n3;\"x\ny\";3,5\n",
            .asked(2, "a, b"), .asked(3, "say \"hi\""), .asked(4, "x\ny"), notices: ["semicolon"]),
        TableCase("pandas, sep='|'", "id|question|note\n1|a, b|\n", .asked(2, "a, b"), notices: ["`|`"]),
        TableCase("pandas, sep='\\t'", "id\tquestion\n1\t\"say \"\"hi\"\"\"\n", .asked(2, "say \"hi\"")).of(.tsv),
        TableCase("pandas, encoding='utf-8-sig'", "\u{FEFF}question,note\n\"a, b\",\n", .asked(2, "a, b")),
        TableCase(
            "pandas, encoding='utf-16'", [0xFF, 0xFE] + utf16("id,question\n1,\"a, b\"\n2,\"x\ny\"\n"),
            [.asked(2, "a, b"), .asked(3, "x\ny")], ["UTF-16"]),
        TableCase(
            "pandas, encoding='cp1252'", latin1("question\ncafé\nb\n"), [.bad(2, ["0xE9", "iconv"]), .asked(3, "b")]),
        TableCase(
            "pandas, one column with empty texts", "question\na\n\"\"\n\"\"\nc\n", .asked(2, "a"), .asked(3, ""),
            .asked(4, ""), .asked(5, "c")),
        TableCase("pandas, lineterminator='\\r\\n'", "id,question\r\n1,\"a, b\"\r\n", .asked(2, "a, b")),
        TableCase(
            "pandas, lineterminator='\\r'", "id,question,note\r1,\"a, b\",\r3,x\ny,3.5\r", .asked(2, "a, b"),
            .asked(3, "x\ny")),
        TableCase("pandas, a name twice", "question,note,note\na,b,c\n", .asked(2, "a")),
        TableCase(
            "pandas, header=False", "1,\"a, b\",\n2,c,\n", fault: "no column `question`", "`a, b`",
            "--field-map COLUMN=question"),
        TableCase("pandas, no rows", "id,question,note\n"),
        TableCase("pandas, rows of NaN", "question,note\na,\n,\n", .asked(2, "a")),
        TableCase(
            "pandas, doublequote=False, escapechar", "question,note\nsay \\\"hi\\\",\n", .asked(2, "say \\\"hi\\\"")),
    ]
}
