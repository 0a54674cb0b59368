import OrderedJSON
import TestSupport
import Testing

/// The commands beside `run` and `check`.
@Suite struct OtherCommands {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func tool(_ arguments: String..., input: String? = nil) async throws -> ToolRun {
        try await ToolRun.run(arguments, input: input, in: folder)
    }

    @Test("help lists every command, and each has help of its own")
    func help() async throws {
        let help = try await tool("help")
        #expect(help.code == 0)
        for command in ["run", "check", "show", "fmt", "schema", "new", "models", "cache", "doctor", "help", "version"]
        {
            #expect(help.output.contains("  \(command) "))
            let own = try await tool(command, "--help")
            #expect(own.code == 0)
            #expect(own.output.contains("Usage:") && own.errors == "")
        }
        let unknown = try await tool("chekc")
        #expect(unknown.code == 64)
        #expect(unknown.errors.contains("did you mean 'check'?"))
        let nothing = try await ToolRun.run([], in: folder)
        #expect(nothing.code == 64)
    }

    @Test("docs/commands.md is what --help says")
    func commandsPage() async throws {
        let page = try #require(Golden.text(of: Golden.repository + "/docs/commands.md"))
        let help = try await tool("help", "--markdown")
        #expect(page.hasSuffix(help.output), "run: dspy-swift help --markdown, and put it below the page's first lines")
    }

    @Test("version names the DSPy whose prompts it writes")
    func version() async throws {
        let version = try await tool("version")
        #expect(version.output.contains("3.4.1"))
        let json = try JSON(parsing: try await tool("version", "--json").output)
        #expect(json["dspy"] == "3.4.1")
    }

    @Test("fmt keeps comments, orders keys, and changes nothing the second time")
    func fmt() async throws {
        let text = """
            // what it is for
            { "signature": "q -> a", // the call
              /* examples */ "demos": [ { "q": "x",   "a": "y" }, ],
              "name": "n",
              // last words
            }
            """
        let first = try await tool("fmt", "-", input: text)
        #expect(first.code == 0, "\(first.errors)")
        #expect(
            first.output == """
                // what it is for
                {
                  "name": "n",
                  "signature": "q -> a",  // the call
                  /* examples */
                  "demos": [{ "q": "x", "a": "y" }]
                  // last words
                }

                """, "\(first.output)")
        let second = try await tool("fmt", "-", input: first.output)
        #expect(second.output == first.output)
        try folder.write(text, to: "p.json")
        #expect(try await tool("fmt", "--check", "p.json").code == 1)
        #expect(try await tool("fmt", "p.json").code == 0)
        #expect(Golden.text(of: folder.path + "/p.json") == first.output)
        #expect(try await tool("fmt", "--check", "p.json").code == 0)
        let broken = try await tool("fmt", "-", input: "{")
        #expect(broken.code == 65)
    }

    @Test("new writes a program that passes check, and never over another file")
    func new() async throws {
        let made = try await tool("new", "triage", "-s", "ticket -> tags: list[str]", "--module", "ChainOfThought")
        #expect(made.code == 0, "\(made.errors)")
        #expect(try await tool("check", "--strict", "triage.json").code == 0)
        #expect(try await tool("fmt", "--check", "triage.json").code == 0)
        let again = try await tool("new", "triage", "-s", "q -> a")
        #expect(again.code == 73)
        #expect(try await tool("new", "bad", "-s", "q -> ").code == 65)
    }

    @Test("show prints messages, JSON, a curl command, a graph and a schema")
    func show() async throws {
        let path = Golden.repository + "/programs/two-stage"
        let text = try await tool("show", path, "question=hi")
        #expect(text.output.contains("[[ ## question ## ]]\nhi"))
        #expect(text.output.contains("[[ ## answer ## ]]\n{answer}"))
        let json = try JSON(parsing: try await tool("show", path, "question=hi", "--format", "json").output)
        #expect(json.array?.count == 2)
        let curl = try await tool("show", "q -> a", "q=it's", "--format", "curl", "--lm", "openai/gpt-4o-mini")
        #expect(curl.output.contains("https://api.openai.com/v1/chat/completions"))
        #expect(curl.output.contains("$OPENAI_API_KEY"))
        let graph = try await tool("show", path, "--graph")
        #expect(graph.output.contains("ChainOfThought question: str -> reasoning: str, answer: str"))
        let mermaid = try await tool("show", path, "--graph=mermaid")
        #expect(mermaid.output.hasPrefix("flowchart LR") && mermaid.output.contains("-->|answer|"))
        let schema = try JSON(parsing: try await tool("show", path, "--schema").output)
        #expect(schema["inputs"]?["required"] == ["question"])
    }

    @Test("schema describes every key, and is JSON")
    func schema() async throws {
        let schema = try JSON(parsing: try await tool("schema").output)
        let properties = try #require(schema["$defs"]?["program"]?["properties"]?.object)
        for key in ["signature", "steps", "parallel", "program", "types", "fields", "demos", "tests"] {
            #expect(properties.contains(key), "\(key)")
        }
    }

    @Test("models and doctor never print a key")
    func secrets() async throws {
        for command in [["models"], ["models", "--json"], ["doctor"], ["doctor", "--json"]] {
            let run = try await ToolRun.run(command, in: folder, environment: ["OPENAI_API_KEY": "sk-very-secret"])
            #expect(run.code == 0)
            #expect(!(run.output + run.errors).contains("sk-very-secret"))
            #expect(run.output.contains("openai"))
        }
    }
}
