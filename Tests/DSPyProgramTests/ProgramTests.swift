import DSPyCore
import TestSupport
import Testing

@testable import DSPyProgram

@Suite("A program file as a module")
struct ProgramTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        try folder.write(#"{"answers": [{"answer": "Paris"}]}"#, to: "answers.json")
        try folder.write(
            #"{"name": "qa", "lm": "scripted/echo", "steps": [{"name": "ask", "signature": "question -> answer"}]}"#,
            to: "program.json")
    }

    @Test("a folder is loaded, runs, and has the names of the command line")
    func runs() async throws {
        let program = try await Program(contentsOf: folder.path)
        #expect(program.name == "qa")
        #expect(program.inputNames == ["question"])
        #expect(program.outputNames == ["answer"])
        #expect(program.namedPredictors().map(\.node) == ["ask"])
        let prediction = try await program.acall(["question": "Why?"])
        #expect(prediction.answer?.string?.isEmpty == false)
        let rows = [
            Example(["question": "a"]).withInputs("question"), Example(["question": "b"]).withInputs("question"),
        ]
        let results = try await program.batch(rows, numThreads: 2, in: program.context)
        #expect(results.predictions.allSatisfy { $0?.answer != nil })
        await program.close()
    }

    @Test("a signature runs with the model that is given, which comes before all others")
    func signature() async throws {
        let program = try await Program(contentsOf: "question -> count: int", lm: "scripted/echo")
        #expect(program.context.lm?.model == "scripted/echo")
        #expect(try await program.acall(["question": "How many?"]).count?.int != nil)
    }

    @Test("a context's own model answers where the program names none")
    func contextModel() async throws {
        let program = try await Program(contentsOf: "question -> answer", lm: "scripted/echo")
        var context = program.context
        context.lm = nil
        #expect(try await program.acall(["question": "x"], in: context).answer != nil)
    }

    @Test("all findings come in one error, and what may not be done is refused before anything runs")
    func refused() async throws {
        let broken = try folder.write(
            #"{"signature": "question -> answer: nonsense", "modul": "Predict"}"#, to: "b.json")
        let findings = await #expect(throws: ProgramError.self) { try await Program(contentsOf: broken) }
        #expect(findings?.reason == .data)
        #expect(findings?.message.contains("nonsense") == true)
        #expect(findings?.message.contains("modul") == true)
        let missing = await #expect(throws: ProgramError.self) { try await Program(contentsOf: "/nowhere/p.json") }
        #expect(missing?.reason == .noInput)
        let stranger = try folder.write(
            #"{"signature": "q -> a", "lm": {"model": "openai/m", "api_base": "http://example.com/v1", "api_key": "${env:SOME_KEY}"}}"#,
            to: "s.json")
        let refused = await #expect(throws: (any Error).self) { try await Program(contentsOf: stranger) }
        #expect(refused is ProgramError)
        let grant = await #expect(throws: ProgramError.self) {
            try await Program(contentsOf: "q -> a", allow: ["rum:x"])
        }
        #expect(grant?.reason == .usage)
    }
}
