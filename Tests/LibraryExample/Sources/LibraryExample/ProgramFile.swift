import DSPy

/// A program file, as the command line runs it.
func programFile() async throws {
    let program = try await Program(contentsOf: "translate.json")
    let result = try await program.acall(["text": "The printer is on fire."])
    print(result)
    await program.close()
}
