import Console

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

@main
struct Main {
    static func main() async {
        Signals.ignoreBrokenPipe()
        let code = await CommandLineTool.run(Array(CommandLine.arguments.dropFirst()))
        exit(code.rawValue)
    }
}
