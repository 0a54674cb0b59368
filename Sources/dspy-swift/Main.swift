import Platform
import Console
import DSPyTools

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

@main
struct Main {
    /// Not async: what a short supply of threads or descriptors breaks must not have begun when that is looked at.
    static func main() {
        guard StandardStreams.fill() else { _exit(ExitCode.io.rawValue) }
        Watchdog.runIfAsked(CommandLine.arguments)
        Signals.ignoreFailedWrites()
        ProcessLimits.forbidCore()
        ProcessLimits.raiseDescriptors()
        if let shortage = ProcessLimits.shortage {
            try? Output.error.writeLine("dspy-swift: \(shortage)")
            _exit(ExitCode.io.rawValue)
        }
        Task.detached {
            let code = await CommandLineTool.run(Array(CommandLine.arguments.dropFirst()))
            // Without libraries' farewells: a thread may be loading one of them, or using it.
            _exit(code.rawValue)
        }
        while true { pause() }
    }
}
