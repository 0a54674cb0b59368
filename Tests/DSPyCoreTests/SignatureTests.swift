import Basics
@testable import DSPyCore
import TestSupport
import TestTraits
import Testing

@Suite struct SignatureTests {
    @Test(
        "a signature string gives its fields with their types",
        arguments: [
            ("question -> answer", ["question: str", "answer: str"]),
            ("question->answer", ["question: str", "answer: str"]),
            (" a ,\n b : int -> c: list[str], ", ["a: str", "b: int", "c: list[str]"]),
            ("a: int = 3, b: str = 'x' -> c", ["a: int", "b: str", "c: str"]),
            ("a, /, b, *c, d -> e", ["b: str", "e: str"]),
            ("a, a: int -> b", ["a: int", "b: str"]),
            ("質問 -> 答え: bool", ["質問: str", "答え: bool"]),
            ("->", []),
            ("-> a: (int)", ["a: int"]),
            ("a -> b: int str", []),
        ])
    func fields(string: String, expected: [String]) throws {
        guard !expected.isEmpty || string == "->" else {
            #expect(throws: SignatureError.self) { try Signature(string) }
            return
        }
        let signature = try Signature(string)
        #expect(signature.fields.map { "\($0.name): \($0.type.name)" } == expected)
    }

    @Test(
        "a signature that DSPy refuses is refused with DSPy's class of error",
        arguments: [
            ("question", SignatureError.Kind.value), ("", .value), ("a -> b -> c", .value), ("a => b", .value),
            ("a -> b c", .syntax), ("a -> def", .syntax), ("a: -> b", .syntax), ("qu-estion -> a", .syntax),
            ("a.b -> c", .syntax), ("a -> b: list[", .syntax), ("a -> b: int # note", .syntax), (",a -> b", .syntax),
            ("a -> b: NotAType", .value), ("a -> b: list[NotAType]", .value), ("a -> b: Optional[int, str]", .value),
            ("a -> b: list(str)", .value), ("a -> b: 5", .value), ("a -> b: (int, str)", .value),
            ("a -> b: Literal[-1]", .value), ("a -> b: dspy.NoSuchThing", .value), ("a -> a", .value),
            ("a -> b: int[str]", .type), ("a -> b: Dict[str]", .type), ("a -> b: Union[()]", .type),
            ("_a -> b", .name), ("a -> b: Optional", .schema), ("a -> b: bytearray", .schema), ("a -> fields", .type),
        ])
    func refusals(string: String, kind: SignatureError.Kind) {
        let error = #expect(throws: SignatureError.self) { try Signature(string) }
        #expect(error?.kind == kind)
    }

    @Test("what DSPy notices late yields to what it notices early, wherever it stands")
    func orderOfErrors() {
        let late = [
            ("a: Tuple -> b c", SignatureError.Kind.syntax), ("a: Optional -> b: Nope", .value),
            ("a: 5, a -> b: Set", .value),
        ]
        for (string, kind) in late {
            let error = #expect(throws: SignatureError.self) { try Signature(string) }
            #expect(error?.kind == kind, "\(string)")
        }
        #expect(throws: Never.self) { try Signature("a: Tuple, a -> b") }
    }

    @Test("an error points at its place in the string")
    func places() {
        let error = #expect(throws: SignatureError.self) { try Signature("question -> answer: list[Strng]") }
        #expect(error?.range == 25..<30)
        #expect(error?.message == "Unknown name: Strng")
        let date = #expect(throws: SignatureError.self) { try Signature("q -> d: date") }
        #expect(date?.suggestion == "datetime.date")
    }

    @Test("what DSPy drops in silence is told as an oddity")
    func oddities() throws {
        #expect(try SignatureString("b, b, a: int = 3 -> ").parse().oddities.count == 3)
        #expect(try SignatureString("a -> b").parse().oddities.isEmpty)
    }

    @Test(
        "the prefix of a field is its name in words",
        arguments: [
            ("question", "Question:"), ("snake_case_text", "Snake Case Text:"), ("camelCaseText", "Camel Case Text:"),
            ("text2number", "Text 2 Number:"), ("HTMLParser", "HTML Parser:"), ("userID", "User ID:"),
            ("x1", "X 1:"), ("a_b_c", "A B C:"), ("größe", "Größe:"), ("質問", "質問:"), ("trailing_", "Trailing :"),
        ])
    func prefixes(name: String, prefix: String) {
        #expect(Field(name: name, kind: .input).prefix == prefix)
    }

    @Test("instructions lose their indentation, and empty ones are the default")
    func instructions() throws {
        let indented = try Signature("q -> a", instructions: "\n    First.\n\tTabbed.\n\n")
        #expect(indented.instructions == "First.\n    Tabbed.")
        #expect(
            try Signature("q, r -> a", instructions: "").instructions
                == "Given the fields `q`, `r`, produce the fields `a`.")
        #expect(try Signature("q -> a", instructions: "  \n").instructions == "")
    }

    @Test("white space alone for instructions becomes the default when the fields change")
    func blankInstructions() throws {
        let signature = try Signature("q, r -> a", instructions: "   ")
        #expect(
            ChainOfThought.extended(signature).instructions
                == "Given the fields `q`, `r`, produce the fields `reasoning`, `a`.")
        #expect(signature.deleting("r").instructions == "Given the fields `q`, produce the fields `a`.")
        #expect(
            try Signature("q, r -> a").deleting("r").instructions
                == "Given the fields `q`, `r`, produce the fields `a`.")
    }

    @Test("fields are inserted on their side, replacing one of their name")
    func inserting() throws {
        let signature = try Signature("a, b -> c, d")
        let names = { (signature: Signature) in signature.signature }
        #expect(names(signature.prepending(Field(name: "x", kind: .output))) == "a, b -> x, c, d")
        #expect(names(signature.appending(Field(name: "x", kind: .input))) == "a, b, x -> c, d")
        #expect(names(signature.inserting(Field(name: "x", kind: .output), at: -2)) == "a, b -> c, x, d")
        #expect(names(signature.prepending(Field(name: "d", kind: .output))) == "a, b -> d, c")
        #expect(names(signature.deleting("a").deleting("nothing")) == "b -> c, d")
    }

    @Test("random signature strings are read or refused, and never break the reader", .ownThread)
    func fuzz() {
        let pieces = [
            "a", "b", "question", " ", ",", ":", "->", "int", "list", "[", "]", "(", ")", "|", "Literal", "'", "\"",
            "\\", "None", "dict",
            "=", "3", "*", "/", "**", ".", "...", "#", "\n", "lambda", "if", "else", "not", "{", "}", "-", "質",
            "\u{301}", "é", "\0", "f'", "b'",
            "r\"", "'''", "0x", "1_", "e5", "j", "dspy.Image", "datetime.", "Optional[", "Union[", "tuple[",
            "Annotated[", ":=", "@", "await ",
        ]
        var random = SeededGenerator(seed: 1)
        for _ in 0..<20_000 { _ = try? Signature(random.text(of: pieces, upTo: 14)) }
        let brackets = String(repeating: "[", count: 5_000)
        let chains = [" | int", ".x", "[int]", " or int", " + 1"].map {
            "a -> b: int" + String(repeating: $0, count: 20_000)
        }
        let nests = [
            "a -> b: \(brackets)", "a -> b: list\(brackets)", "a -> b: " + String(repeating: "-", count: 5_000) + "1",
        ]
        for text in chains + nests {
            #expect(throws: SignatureError.self) { try Signature(text) }
        }
    }
}
