import Console
import DSPy
import DSPyBatch
import DSPySpec
import OrderedJSON

/// `batch --check`: reads all rows, validates them against the program and estimates the tokens; calls nothing.
struct BatchCheck {
    private let program: CheckedProgram
    private let plan: BatchPlan
    private let rows: RowInputs

    init(_ program: CheckedProgram, _ plan: BatchPlan, _ rows: RowInputs) {
        self.program = program
        self.plan = plan
        self.rows = rows
    }

    /// Prints what was found.
    ///
    /// - Throws: `Failure` with exit code 65 when a row cannot be run.
    func run(_ input: Int32) throws {
        guard plan.input != nil else { throw BatchFlags.table.failure("--check needs an input file") }
        let rows = rows
        let survey = try InputSurvey(input, plan.parser, tracksIDs: plan.options.refusesDuplicates) { row in
            guard case .success(let fields) = row.content else { return nil }
            do {
                _ = try rows.inputs(fields)
                return nil
            } catch { return RowError(error) }
        }
        let prompt = try PromptPreview(choice: try ModelChoice.sketch()).calls(program, [:])
            .flatMap(\.request.messages).map { $0.json.text().utf8.count }.reduce(0, +)
        // About four bytes make a token in English; the answer is not counted.
        let tokens = (prompt * survey.rows + survey.bytes) / 4
        var lines = [
            "\(survey.rows) rows, \(survey.badCount) bad; about \(tokens) prompt tokens in "
                + "\(survey.rows * program.root.predictors.count) calls"
        ]
        for (line, error) in survey.bad { lines.append("line \(line): \(error.code): \(error.message)") }
        if let (id, first, second) = survey.duplicate {
            lines.append("lines \(first) and \(second) have the same id \"\(id)\"")
        }
        try Output.standard.writeLine(lines.joined(separator: "\n"))
        guard survey.badCount == 0, survey.duplicate == nil else { throw Failure(.data) }
    }
}
