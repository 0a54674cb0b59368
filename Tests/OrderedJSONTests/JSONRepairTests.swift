import Basics
import OrderedJSON
import TestSupport
import Testing

@Suite struct JSONRepairTests {
    @Test("gives what Python's json_repair.loads gives", arguments: GoldenFile.lines("json_repair.jsonl"))
    func likePython(_ example: JSON) throws {
        let text = try #require(example["text"]?.string)
        let value = JSONRepair.loads(text)
        #expect(value == example["value"], "\(JSON.string(text).text()) gave \(value.text())")
    }

    @Test(
        "agrees with the cases of the file that REPAIR_CASES names",
        .enabled(if: GoldenFile.environment("REPAIR_CASES") != nil))
    func manyCases() throws {
        let cases = GoldenFile.lines(at: try #require(GoldenFile.environment("REPAIR_CASES")))
        #expect(!cases.isEmpty)
        var differences = 0
        for example in cases {
            let text = try #require(example["text"]?.string)
            let value = JSONRepair.loads(text)
            guard value != example["value"] else { continue }
            differences += 1
            guard differences <= 20 else { continue }
            Issue.record(
                "\(JSON.string(text).text()) gave \(value.text()), not \(example["value"]?.text() ?? "nothing")")
        }
        #expect(differences == 0, "of \(cases.count)")
    }

    @Test(
        "what a model wraps around its answer falls away",
        arguments: [
            ("Sure! ```json\n{\"a\": 1}\n``` Done.", #"{"a":1}"#), ("{'a': True, 'b': None,}", #"{"a":true,"b":null}"#),
            ("{\"a\": [1, 2", #"{"a":[1,2]}"#), ("", #""""#), ("no value at all", #""""#),
            ("{a: b, c: d}", #"{"a":"b","c":"d"}"#),
            ("[1, 2, ...]", "[1,2]"), ("{\"a\": 1} {\"b\": 2}", #"[{"a":1},{"b":2}]"#), ("NaN", "NaN"),
            ("{\"x\": 1 // note\n}", #"{"x":1}"#), ("\u{FEFF}[1]", "[1]"),
        ])
    func wrapped(text: String, value: String) {
        #expect(JSONRepair.loads(text).text() == value)
    }

    @Test(
        "nothing is so deep that it crashes",
        arguments: ["[", "{\"a\":", "{a:", "(", "[{", "{\"a\":[", "{\"```json ", "/a", "{},\"a\":"])
    func depth(opening: String) {
        onSmallStack {
            for count in [100, 300, 339, 2000] {
                _ = JSONRepair.loads(String(repeating: opening, count: count))
                _ = JSONRepair.loads("x" + String(repeating: opening, count: count) + "]}").text()
            }
        }
    }

    @Test(
        "what Python still reads is read as deep as there",
        arguments: [("[1,", 320, 1279), ("{\"a\":", 240, 1442), ("{\"a\":[2,", 140, 1399)])
    func depthLikePython(opening: String, count: Int, length: Int) {
        #expect(JSONRepair.loads(String(repeating: opening, count: count)).text().utf8.count == length)
    }

    @Test("random damaged texts never crash", arguments: 0..<20 as Range<UInt64>)
    func fuzz(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let pieces = "{}[]()\"'“”„`,:;\\/#*.-+_ \n\tabtrfnulseTN0123456789eExué😀\u{0}".unicodeScalars.map { $0 }
        for _ in 0..<300 {
            var text = String.UnicodeScalarView()
            for _ in 0..<Int.random(in: 0..<80, using: &generator) {
                text.append(pieces.randomElement(using: &generator) ?? " ")
            }
            let value = JSONRepair.loads(String(text))
            #expect((try? JSON(parsing: value.text(), options: .python)) == value)
        }
    }
}
