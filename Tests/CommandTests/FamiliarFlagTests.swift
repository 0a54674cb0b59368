import TestSupport
import Testing

@Suite("Options of other tools")
final class FamiliarFlagTests {
    @Test(
        "are answered by what they are called here",
        arguments: [
            ("run p.json --model x", "--lm"), ("batch p.json --model x", "--lm"),
            ("run p.json --json", "--format json"),
            ("check p.json --json", "--format json"), ("batch p.json --json", "--output-format jsonl"),
            ("run p.json --temperature 0", "--set lm.temperature=VALUE"), ("batch p.json --workers 3", "--concurrency"),
        ])
    func flags(line: String, flag: String) async throws {
        let run = try await ToolRun.run(line.split(separator: " ").map(String.init), in: try TemporaryFolder())
        #expect(run.code == 64 && run.errors.contains("; did you mean '\(flag)'?"), "\(run.errors)")
    }

    @Test("a misspelt option of the model is told, and sent")
    func option() async throws {
        let run = try await ToolRun.run(
            ["run", "q -> a", "q=x", "--lm", "scripted/echo", "--set", "lm.temprature=0"], in: try TemporaryFolder())
        #expect(run.code == 0 && run.errors.contains("did you mean lm.temperature?"), "\(run.errors)")
    }
}
