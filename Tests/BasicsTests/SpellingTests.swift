import Testing

@testable import Basics

@Suite struct SpellingTests {
    @Test(
        "finds the word that was meant",
        arguments: [
            ("sumarise", "summarise"), ("rnu", "run"), ("bacth", "batch"), ("--steam", "--stream"), ("RUN", "run"),
            ("--temprature", "--temperature"), ("conf", "configuration"), ("ru", "run"),
        ])
    func near(word: String, meant: String) {
        let words = ["run", "batch", "check", "summarise", "--stream", "--temperature", "configuration"]
        #expect(Spelling.closest(to: word, among: words) == meant)
    }

    @Test("offers nothing when nothing is near", arguments: ["", "xyz", "eval", "--format", "co"])
    func far(word: String) {
        #expect(Spelling.closest(to: word, among: ["run", "batch", "check", "--stream", "configuration"]) == nil)
    }

    @Test("a hint reads as the end of a message")
    func hint() {
        #expect(Spelling.hint(for: "rnu", among: ["run"]) == "; did you mean 'run'?")
        #expect(Spelling.hint(for: "zzz", among: ["run"]).isEmpty)
    }

    @Test(
        "a neighbour is one slip away, and neither another number nor a very short word",
        arguments: [
            ("summery", "summary"), ("sumary", "summary"), ("summray", "summary"), ("summarys", "summary"),
            ("summary", nil),
            ("summ", nil), ("text_2", nil), ("tag", nil), ("colour", nil), ("SUMMARY", nil),
        ] as [(String, String?)])
    func neighbours(name: String, neighbour: String?) {
        #expect(Spelling.neighbour(of: name, among: ["text_1", "tags", "summary"]) == neighbour)
    }
}
