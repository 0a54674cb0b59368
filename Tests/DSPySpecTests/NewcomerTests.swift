import DSPySpec
import Testing

@Suite("What newcomers write") struct NewcomerTests {
    @Test("is told once, at its place, with what was meant", arguments: FaultTable.newcomers)
    func faults(fault: Fault) { fault.expect() }

    @Test(
        "a file in YAML or Python is called that, with what to do",
        arguments: [
            ("p.yaml", "signature: q -> a\n", "YAML"), ("p.json", "# a program\nsignature: \"q -> a\"\n", "YAML"),
            ("p.json", "---\nsteps:\n  - q -> a\n", "YAML"), ("p.json", "- q -> a\n", "YAML"),
            ("p.yml", "{signature: q}", "YAML"),
            ("p.py", "x = 1\n", "Python"), ("p.json", "import dspy\n", "Python"),
            ("p.json", "class QA(dspy.Signature):\n", "Python"),
        ])
    func foreign(path: String, text: String, word: String) {
        let found = MemoryFiles().load(text, as: path).diagnostics
        #expect(found.map(\.code) == [.syntax])
        #expect(found.first?.help?.contains(word) == true, "\(found.map(\.description))")
    }

    @Test(
        "broken JSON is not called YAML",
        arguments: [#"{"signature": "q -> a""#, "{\n \"signature\": q }", "", "q -> a", "12:30"])
    func broken(text: String) {
        #expect(MemoryFiles().load(text).diagnostics.allSatisfy { $0.help?.contains("YAML") != true })
    }

    @Test("a signature that cannot be read hides nothing else of its node")
    func brokenSignature() {
        let text = #"""
            {"signature": "q -> a: itn", "instructions": 3, "fields": {"a": 4, "b": {"dsc": "x"}}, "defaults": [], "demos": [1],
             "n": 0, "use": "t", "lm": {"temperature": 0}, "config": {"temprature": 1}, "colour": 1, "module": "Predct"}
            """#
        let found = MemoryFiles().load(text).diagnostics
        for words in [
            "Unknown name: itn", "`instructions` is", "`fields.a` is", "dsc", "`defaults` is", "`demos` is", "`n` is",
            "`use` is",
            "`lm` has no `model`", "temprature", "unknown key `colour`", "there is no module \"Predct\"",
        ] { #expect(found.contains { $0.message.contains(words) }, "\(words) in \(found.map(\.message))") }
        #expect(!found.contains { $0.message.contains("speaks of") })
    }

    @Test(
        "names that are one letter apart on purpose are no slips",
        arguments: [
            #"{"steps": ["text -> point_1", "point_2 -> title"]}"#, #"{"steps": ["text -> tag", "tags -> title"]}"#,
            #"{"steps": ["text -> summary", "summary, context -> title"]}"#,
        ])
    func neighbours(text: String) {
        #expect(MemoryFiles().load(text).diagnostics.allSatisfy { !$0.message.contains("nothing before gives") })
    }

    @Test("options that providers have beyond those that are known are sent without a word")
    func options() {
        let text =
            #"{"signature": "q -> a", "lm": {"model": "openai/m", "num_ctx": 1, "my_own": 2, "store": true, "top_k": 3}}"#
        #expect(MemoryFiles().load(text).diagnostics.isEmpty)
    }

    @Test(
        "of a hundred thousand faults the first hundred are kept, and the rest is counted",
        arguments: [
            "\"k%\": 1, ", "\"k\": 1, ",
        ])
    func many(pattern: String) {
        let members = (0..<100_000).map { number in
            pattern.split(separator: "%", omittingEmptySubsequences: false).joined(separator: "\(number)")
        }
        let clock = ContinuousClock()
        let start = clock.now
        let outcome = MemoryFiles().load("{" + members.joined() + "\"signature\": \"q -> a\"}")
        #expect(outcome.diagnostics.count <= 100 && outcome.more >= 99_900 && outcome.program == nil)
        // A debug build on a busy machine; four seconds were a fifth of it in a release build.
        #expect(clock.now - start < .seconds(60))
    }
}
