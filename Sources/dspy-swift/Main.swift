import Platform
import Console
import DSPyTools

@main
struct Main {
    /// Not async: what a short supply of threads or descriptors breaks must not have begun when that is looked at.
    static func main() {
        guard StandardStreams.fill() else { ThisProcess.end(.io) }
        Watchdog.runIfAsked(CommandLine.arguments)
        Signals.ignoreFailedWrites()
        ProcessLimits.forbidCore()
        ProcessLimits.raiseDescriptors()
        if let shortage = ProcessLimits.shortage {
            try? Output.error.writeLine("dspy-swift: \(shortage)")
            ThisProcess.end(.io)
        }
        Task.detached {
            let code = await CommandLineTool.run(Array(CommandLine.arguments.dropFirst()))
            ThisProcess.end(code)
        }
        ThisProcess.rest()
    }
}
