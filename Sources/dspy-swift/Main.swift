import Console
import DSPyTools

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

@main
struct Main {
    static func main() async {
        Watchdog.runIfAsked(CommandLine.arguments)
        Signals.ignoreFailedWrites()
        let code = await CommandLineTool.run(Array(CommandLine.arguments.dropFirst()))
        // Without libraries' farewells: a thread may be loading one of them, or using it.
        _exit(code.rawValue)
    }
}
