import DSPyProgram
import Platform
import Console
import DSPyCore
import DSPyBatch
import DSPySpec
import OrderedJSON

/// `batch --check`: reads all rows, validates them against the program and estimates tokens and cost; calls nothing.
struct BatchCheck {
    private let program: CheckedProgram
    private let plan: BatchPlan
    private let rows: RowInputs
    private let models: ModelChoice

    init(_ program: CheckedProgram, _ plan: BatchPlan, _ rows: RowInputs, _ models: ModelChoice) {
        self.program = program
        self.plan = plan
        self.rows = rows
        self.models = models
    }

    /// Prints what was found.
    ///
    /// - Throws: `Failure` with exit code 65 when a row cannot be run.
    func run(_ input: OpenFile) throws {
        guard plan.input != nil else { throw BatchFlags.table.failure("--check needs an input file") }
        var sample = PromptSample(program, models)
        let survey = try InputSurvey(input, plan.parser, tracksIDs: plan.options.refusesDuplicates) { row in
            guard case .success(let fields) = row.content else { return nil }
            do {
                sample.add(try rows.inputs(fields))
                return nil
            } catch { return RowError(error) }
        }
        let good = survey.rows - survey.badCount
        var lines = [
            "\(survey.rows) rows, \(survey.badCount) bad; about \(sample.promptTokens(rows: good)) prompt tokens in "
                + CallCount(program).times(good).text
        ]
        lines += survey.notices.map { "\(input.path): \($0)" }
        if let cost = sample.costLine(rows: good) { lines.append(cost) }
        for (line, error) in survey.bad {
            lines.append("line \(line): \(error.report.code.rawValue): \(error.report.message)")
        }
        if let (id, first, second) = survey.duplicate {
            lines.append("lines \(first) and \(second) have the same id \"\(id)\"")
        }
        try Output.standard.writeLine(lines.joined(separator: "\n"))
        guard survey.badCount == 0, survey.duplicate == nil else { throw Failure(.data) }
    }
}
