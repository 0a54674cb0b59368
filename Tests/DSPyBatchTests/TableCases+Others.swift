import DSPyBatch

extension TableCase {
    /// As Numbers, databases, other programs and hands write them.
    static let others: [TableCase] = [
        TableCase("Numbers", "id,question,note\r\n1,\"a\nb\",\r\n2,c,d", .asked(2, "a\nb"), .asked(4, "c")),
        TableCase("Numbers, with the empty rows of a new sheet", "question,note\na,\n,\n,\n,", .asked(2, "a")),
        TableCase(
            "Numbers, with the table's name above", "Table 1\nquestion,note\na,\n", fault: "no column `question`",
            "the only column is `Table 1`"),
        TableCase(
            "Numbers, UTF-16", [0xFE, 0xFF] + utf16("question,note\nà,\n", isBig: true), [.asked(2, "à")], ["UTF-16"]),
        TableCase("no line end at the end", "question\na", .asked(2, "a")),
        TableCase(
            "blank lines above, between and below", "\n\r\n  \nquestion\n\na\n   \nb\n\n\n", .asked(6, "a"),
            .asked(8, "b")),
        TableCase("rows of commas above the names", ",,\nid,question,note\n1,a,\n", .asked(3, "a")),
        TableCase(
            "white space around names", "id, question ,\tnote\n1, a ,n\n", .asked(2, " a "), notices: ["white space"]),
        TableCase(
            "white space that nobody sees around names", "\u{A0}question\u{200B},note\na,n\n", .asked(2, "a"),
            notices: ["white space"]),
        TableCase("names in quotes, with line ends", "\"question\",\"a\nnote\"\n\"a\",\"b\"\n", .asked(3, "a")),
        TableCase("a tab file called .csv", "id\tquestion\n1\ta, b\n", .asked(2, "a, b"), notices: ["tab"]),
        TableCase("a comma file called .tsv", "id,question\n1,\"a, b\"\n", .asked(2, "a, b"), notices: ["comma"]).of(
            .tsv),
        TableCase("UTF-16 without a mark", utf16("id,question\n1,日本\n"), [.asked(2, "日本")], ["UTF-16 (little"]),
        TableCase(
            "UTF-16 without a mark, the other way", utf16("id,question\r\n1,a\r\n", isBig: true), [.asked(2, "a")],
            ["UTF-16 (big"]),
        TableCase(
            "UTF-16 without a mark and hardly a Latin letter", utf16("質問,question\n日本,語\n"), [.asked(2, "語")],
            ["UTF-16"]),
        TableCase(
            "UTF-16, half of a pair", [0xFF, 0xFE] + utf16("question\n") + [0x3D, 0xD8] + utf16("\nb\n"),
            [.bad(2, ["`question`", "not UTF-16"]), .asked(3, "b")], ["UTF-16"]),
        TableCase(
            "UTF-16 that is cut", [0xFF, 0xFE] + utf16("question\na\n") + [0x62],
            [.asked(2, "a"), .bad(3, ["UTF-16"])], ["UTF-16"]),
        TableCase("UTF-32", [0xFF, 0xFE, 0, 0, 0x71, 0, 0, 0], fault: "UTF-32", "iconv", line: nil),
        TableCase("gzip", [0x1F, 0x8B, 8, 0, 0, 0, 0, 0], fault: "gzip", "zcat", line: nil),
        TableCase(
            "other names", "frage,antwort\na,b\n", fault: "`frage`, `antwort`", "comma as the separator", "--field-map"),
        TableCase("a capital", "Question,note\na,b\n", fault: "did you mean --field-map Question=question"),
        TableCase("a separator that nobody uses", "id~question\n1~a\n", fault: "`id~question`", "separator"),
        TableCase("the question twice", "question,note,question\na,b,c\n", fault: "two columns are called `question`"),
        TableCase("a quote that is not closed in a name", "\"question,note\na,b\n", fault: "quote that is not closed"),
        TableCase(
            "a quote that is not closed", "question,note\na,b\n\"c,d\n", .asked(2, "a"), .bad(3, ["not closed"])),
        TableCase(
            "text behind a quote", "question,note\n\"a\"b,c\nd,e\n", .bad(2, ["behind a closing quote"]), .asked(3, "d")
        ),
        TableCase("quotes inside a cell", "question,note\na 5\" disk,c\n", .asked(2, "a 5\" disk")),
        TableCase("a quote inside a name", "size 5\",question\n1,a\n", .asked(2, "a")),
        TableCase(
            "a line end in a cell without quotes", "id,question,note\n1,a,n\n2,first\nsecond,n\n", .asked(2, "a"),
            .bad(3, ["3 columns, the record 2"]), .bad(4, ["3 columns, the record 2"])),
        TableCase("an accent of two marks, as a Mac writes it", "que\u{301}stion,question\na,b\n", .asked(2, "b")),
        TableCase("nothing", ""),
        TableCase("nothing but blank lines", "\n,,\n\n"),
        TableCase(
            "a page of the web", "<!DOCTYPE html>\n<html></html>\n", fault: "no column `question`", "<!DOCTYPE html>"),
    ]
}
