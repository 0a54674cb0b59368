import Testing

@testable import Console

@Suite struct SuggestionTests {
    @Test(
        "finds the word that was meant",
        arguments: [
            ("sumarise", "summarise"), ("rnu", "run"), ("bacth", "batch"), ("--steam", "--stream"), ("RUN", "run"),
            ("--temprature", "--temperature"), ("conf", "configuration"), ("ru", "run"),
        ])
    func near(word: String, meant: String) {
        let words = ["run", "batch", "check", "summarise", "--stream", "--temperature", "configuration"]
        #expect(Suggestion.closest(to: word, among: words) == meant)
    }

    @Test("offers nothing when nothing is near", arguments: ["", "xyz", "eval", "--format", "co"])
    func far(word: String) {
        #expect(Suggestion.closest(to: word, among: ["run", "batch", "check", "--stream", "configuration"]) == nil)
    }

    @Test(
        "counts insertions, deletions, replacements and swaps",
        arguments: [("", "abc", 3), ("abc", "abc", 0), ("abc", "acb", 1), ("ca", "abc", 3), ("kitten", "sitting", 3)])
    func distances(source: String, target: String, distance: Int) {
        #expect(Suggestion.distance(from: Array(source.unicodeScalars), to: Array(target.unicodeScalars)) == distance)
    }

    @Test("a hint reads as the end of a message")
    func hint() {
        #expect(Suggestion.hint(for: "rnu", among: ["run"]) == "; did you mean 'run'?")
        #expect(Suggestion.hint(for: "zzz", among: ["run"]).isEmpty)
    }
}
