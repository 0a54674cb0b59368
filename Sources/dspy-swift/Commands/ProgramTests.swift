import Platform
import Console
import DSPyCore
import DSPySpec
import OrderedJSON

/// Runs the tests that a program carries.
struct ProgramTests {
    private let program: CheckedProgram

    init(_ program: CheckedProgram) { self.program = program }

    /// Runs each test once and prints a line for it.
    ///
    /// - Throws: `Failure` with exit code 1 when one fails.
    func run(_ module: any Module, _ context: RunContext) async throws {
        guard !program.tests.isEmpty else { throw Failure(.data, "the program has no tests") }
        var failed = 0
        for (number, test) in program.tests.enumerated() {
            let verdict = await verdict(of: test, module, context)
            if verdict != nil { failed += 1 }
            let line = "\(verdict == nil ? "ok" : "failed")  \(number + 1): \(test.expect)"
            try Output.standard.writeLine(line + (verdict.map { "\n    \($0)" } ?? ""))
        }
        if failed > 0 { throw Failure(.failed, "\(failed) of \(program.tests.count) tests failed") }
    }

    /// Why the test failed; nil when it passed.
    private func verdict(of test: ProgramSpec.Test, _ module: any Module, _ context: RunContext) async -> String? {
        do {
            let inputs = try InputArguments(program, RunCommand.table).read(test.inputs)
            let prediction = try await module.forward(inputs, in: context)
            var scope = Scope(inputs)
            scope.enter(prediction, of: nil)
            let holds = try Expression(test.expect).holds { scope.value(at: $0) }
            return holds ? nil : "got \(prediction.json.text(.python))"
        } catch {
            return Failure(error).message ?? "\(error)"
        }
    }
}
