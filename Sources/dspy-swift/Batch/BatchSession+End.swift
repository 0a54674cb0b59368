import Platform
import Console
import DSPyCore
import DSPyBatch
import DSPySpec

extension BatchSession {
    /// Says how the batch ended, and ends with the code for that.
    func finish(_ outcome: BatchRunner.Outcome, _ stop: StopSignal, _ progress: BatchProgress) throws {
        if case .closedPipe = outcome.failure { throw Failure(.brokenPipe) }
        if !messages.isQuiet { try? Output.error.writeLine("dspy-swift: \(program.name): \(progress.figures.summary)") }
        if let failure = outcome.failure { throw Failure(failure) }
        let failed = counters.snapshot.failed
        guard let reason = outcome.reason else {
            if failed > 0 {
                tellHowToGoOn(redoingFailed: true)
                throw Failure(.failed)
            }
            return
        }
        // What was refused has to be asked again once the key, the credit or the model is right.
        if case .refused = reason { tellHowToGoOn(redoingFailed: true) } else { tellHowToGoOn() }
        switch reason {
        case .asked: throw Failure(stop.code ?? .interrupted)
        case .refused(let code, let message):
            throw Failure(
                .resumable,
                "stopped: every row is refused (\(code)), and --on-error continue would go on all the same; the last one: "
                    + Terminal.escaped(message))
        case .errors: throw Failure(.resumable, "stopped: \(failed) rows failed")
        case .budget: throw Failure(.resumable, "stopped: the budget is spent")
        case .deadline: throw Failure(.resumable, "stopped: the deadline is over")
        case .rateLimit:
            throw Failure(
                .resumable,
                "stopped: the provider asks to wait longer than --retry-wait \(FigureText.decimal(plan.longestWait, places: 0))"
            )
        }
    }

    private func tellHowToGoOn(redoingFailed: Bool = false) {
        guard !messages.isQuiet, plan.output != nil else { return }
        let command = ResumeCommand(arguments, redoesFailed: redoingFailed, readsPipe: plan.input == nil)
        try? Output.error.writeLine("dspy-swift: go on with: \(command.text)")
    }
}
