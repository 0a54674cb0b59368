import Basics
import DSPyCore
import DSPySpec
import OrderedJSON
import TestSupport
import Testing

/// Damaged programs and expressions: never a crash, always a program or a reason.
@Suite struct Fuzz {
    /// How many texts each test damages; `DSPY_FUZZ_ITERATIONS` asks for more.
    static let iterations = Golden.environment("DSPY_FUZZ_ITERATIONS").flatMap { Int($0) } ?? 1000

    private static let corpus: [[UInt8]] =
        (FormatDocument.examples + FormatDocument.programs.compactMap { Golden.text(of: $0) }
        + (0..<30 as Range<UInt64>).map { seed in
            var random = RandomSpec(seed: seed)
            return random.written(random.program())
        }).map { Array($0.utf8) }

    @Test("a damaged program is loaded, or refused for a reason inside its text", arguments: 0..<4 as Range<UInt64>)
    func loading(seed: UInt64) throws {
        var mutation = Mutation(seed: seed)
        let files = MemoryFiles(texts: [
            "demos.jsonl": "{\"q\": 1}\n", "instructions.md": "x", "parts/summarise.json": #""text -> summary""#,
        ])
        for _ in 0..<Self.iterations / 4 {
            let bytes = mutation.damaged(Self.corpus)
            let outcome = files.load(bytes)
            let hasErrors = outcome.diagnostics.contains { $0.severity == .error }
            #expect((outcome.program == nil) == hasErrors, "\(String(decoding: bytes, as: UTF8.self))")
            for finding in outcome.diagnostics where finding.file == "p.json" {
                let isInside =
                    finding.range.lowerBound <= finding.range.upperBound
                    && finding.range.upperBound.offset <= bytes.count
                #expect(isInside, "\(finding.summary) \(finding.range)\n\(String(decoding: bytes, as: UTF8.self))")
                let lines = finding.description.split(separator: "\n", omittingEmptySubsequences: false)
                #expect(lines.count == (finding.help == nil ? 3 : 4), "\(finding.description)")
                #expect(!finding.message.isEmpty && lines.count > 2 && lines[2].contains("^"))
            }
            if let program = outcome.program {
                // A server says only when it runs which tools it has; nothing else is left to the building.
                do { _ = try TestBuilder.recording.build(program) } catch let error as ModuleError {
                    #expect(Self.isOfTools(error), "\(error)\n\(String(decoding: bytes, as: UTF8.self))")
                }
            }
        }
    }

    private static func isOfTools(_ error: ModuleError) -> Bool {
        ["has no tool", "tool name", "to bind", "needs the environment"].contains { error.message.contains($0) }
    }

    @Test("a damaged program is formatted to the same meaning, or refused", arguments: 0..<4 as Range<UInt64>)
    func formatting(seed: UInt64) throws {
        var mutation = Mutation(seed: seed &+ 100)
        for _ in 0..<Self.iterations / 4 {
            let bytes = mutation.damaged(Self.corpus)
            let read = try? JSON(parsing: bytes, options: .jsonc)
            switch SpecFormatter.format(bytes, name: "p.json") {
            case .failure(let finding):
                #expect(read == nil || finding.code == .duplicateKey || finding.code == .tooDeep)
                #expect(finding.range.upperBound.offset <= bytes.count)
                #expect(!finding.description.isEmpty)
            case .success(let text):
                let again = try JSON(parsing: text, options: .jsonc)
                #expect(Self.sorted(again) == read.map(Self.sorted), "\(String(decoding: bytes, as: UTF8.self))")
                #expect(try SpecFormatter.format(Array(text.utf8), name: "p.json").get() == text)
            }
        }
    }

    private static func sorted(_ json: JSON) -> JSON {
        switch json {
        case .object(let object):
            .object(
                JSONObject(
                    object.members.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }.map {
                        ($0.key, sorted($0.value))
                    }))
        case .array(let items): .array(items.map(sorted))
        default: json
        }
    }

    @Test(
        "a bare signature of any text is a program or has a reason inside the text", arguments: 0..<2 as Range<UInt64>)
    func signatures(seed: UInt64) {
        var mutation = Mutation(seed: seed)
        let corpus = ["q: list[Literal['a', \"b\\n\"]], c -> a: dict[str, int | None], b: dspy.Code[\"x\"]"].map {
            Array($0.utf8)
        }
        for _ in 0..<Self.iterations / 2 {
            let text = String(decoding: mutation.damaged(corpus), as: UTF8.self)
            let outcome = SpecLoader(files: MemoryFiles().files).load(signature: text)
            #expect((outcome.program == nil) == outcome.diagnostics.contains { $0.severity == .error })
            #expect(
                outcome.diagnostics.allSatisfy {
                    $0.range.upperBound.offset <= text.utf8.count && !$0.description.isEmpty
                })
        }
    }

    @Test("an expression of any tokens has a value, or an error inside its text", arguments: 0..<4 as Range<UInt64>)
    func expressions(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let tokens = [
            "a", "b.c", "x", "1", "-2.5", "0", "1e999", "'t'", "\"é\"", "[", "]", "(", ")", ",", "==", "!=", "<", "<=",
            ">", ">=", "in",
            "not", "and", "or", "+", "-", "*", "/", "len(", "True", "None", ".", "#", "if", "f'x'",
            "9223372036854775807", "99999999999999999999", "\\", "売",
        ]
        let values: [String: Value] = [
            "a": .int(1), "b": .dict(["c": .string("t")]), "x": .list([.int(1), .string("t")]),
        ]
        for _ in 0..<Self.iterations / 2 {
            let count = Int.random(in: 1..<14, using: &generator)
            let text = (0..<count).map { _ in tokens.randomElement(using: &generator) ?? "" }.joined(separator: " ")
            do throws(ExpressionError) {
                let expression = try Expression(text)
                _ = try expression.evaluate { Scope(ValueDict(values.map { ($0.key, $0.value) })).value(at: $0) }
            } catch {
                let length = text.unicodeScalars.count
                #expect(
                    error.range.lowerBound >= 0 && error.range.upperBound <= length,
                    "\(text): \(error.message) \(error.range)")
            }
        }
    }
}

/// Damages texts in ways that a seed repeats.
struct Mutation {
    private var generator: SeededGenerator

    init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

    private static let pieces: [[UInt8]] =
        [
            "{", "}", "[", "]", "\"", ":", ",", "null", "true", "1e999", "-1", "123456789012345678901234567890",
            "\\u0000", "\\ud800", "->", "// x\n",
            "/*", "*/", "\"name\": 1", "\"in\": {\"q\": \"x.y\"}", "\"steps\": [", "\"lm\": {}", "\u{202E}", "e\u{301}",
            "😀", "\u{FEFF}", "\u{2028}", "\r", "\t",
            "\"types\": {\"T\": {\"x\": \"T\"}},", "\"switch\": \"q\", \"cases\": {", "\"loop\": {", "\"do\": {",
            "\"module\": \"ReAct\",",
            "\"fallback\": {", "\"retry\": 2,", "{q}", "${env:X}", "\"tool\": \"calc\",", "\"as\": \"q\",",
            "\"parallel\": {", ": list[", "'", "#", "\0",
        ].map { Array($0.utf8) } + [[0xFF], [0xC3], [0xED, 0xA0, 0x80]]

    /// One of the texts with one to five damages.
    mutating func damaged(_ corpus: [[UInt8]]) -> [UInt8] {
        var text = corpus.randomElement(using: &generator) ?? []
        for _ in 0..<Int.random(in: 1...5, using: &generator) where !text.isEmpty { damage(&text, corpus) }
        return text
    }

    private mutating func damage(_ text: inout [UInt8], _ corpus: [[UInt8]]) {
        let place = Int.random(in: 0..<text.count, using: &generator)
        let end = min(text.count, place + Int.random(in: 1..<20, using: &generator))
        switch Int.random(in: 0..<9, using: &generator) {
        case 0: text[place] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
        case 1: text.removeSubrange(place..<end)
        case 2: text.insert(contentsOf: text[place..<end], at: place)
        case 3, 4: text.insert(contentsOf: Self.pieces.randomElement(using: &generator) ?? [], at: place)
        case 5: swapStrings(&text)
        case 6:
            let depth = Int.random(in: 1..<200, using: &generator)
            let isArray = Bool.random(using: &generator)
            let open = Array((isArray ? "[" : #"{"steps":["#).utf8)
            let close = Array((isArray ? "]" : "]}").utf8)
            text =
                Array(repeatElement(open, count: depth).joined()) + text
                + Array(repeatElement(close, count: depth).joined())
        case 7:
            guard let other = corpus.randomElement(using: &generator) else { return }
            text = text[..<place] + other.suffix(max(0, other.count - place))
        default: text[place] = UInt8.random(in: 0...255, using: &generator)
        }
        if text.count > 100_000 { text.removeSubrange(100_000...) }
    }

    /// Two quoted strings change places, keys with values as well.
    private mutating func swapStrings(_ text: inout [UInt8]) {
        let quotes = text.indices.filter { text[$0] == UInt8(ascii: "\"") }
        guard quotes.count >= 4 else { return }
        let first = Int.random(in: 0..<quotes.count / 2 - 1, using: &generator) * 2
        let second = Int.random(in: (first / 2 + 1)..<quotes.count / 2, using: &generator) * 2
        let (a, b) = (quotes[first]...quotes[first + 1], quotes[second]...quotes[second + 1])
        let (left, right) = (Array(text[a]), Array(text[b]))
        text.replaceSubrange(b, with: left)
        text.replaceSubrange(a, with: right)
    }
}
