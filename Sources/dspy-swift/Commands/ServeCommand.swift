import Console
import HTTPServer
import Platform

/// `serve`: programs over HTTP.
enum ServeCommand: Command {
    static let table = FlagTable(
        program: CommandLineTool.name,
        name: "serve", summary: "serve programs over HTTP, with a page to try them",
        usage: ["dspy-swift serve [NAME=]PROGRAM... [OPTION]..."],
        discussion: [
            "PROGRAM is as for `run`. Each stands at /NAME/predict, /NAME/predict/stream and /NAME/predict/batch, the first one "
                + "also at /predict and so on; a page for all of them is at /.",
            "Nothing is printed on standard output. Standard error gets one line once connections are taken: "
                + "`dspy-swift: listening on http://ADDRESS`.",
            "SIGTERM and SIGINT end it once all requests are answered, SIGHUP makes it read the programs and the token again.",
        ],
        examples: [
            .init("a signature", "dspy-swift serve 'question -> answer' --module ChainOfThought"),
            .init("several programs", "dspy-swift serve qa.json tickets=triage.json --port 8000"),
            .init(
                "for other machines", "dspy-swift serve qa.json --host 0.0.0.0 --token-file token.txt"),
        ],
        positionals: [
            Positional(
                "PROGRAM", isRepeated: true,
                help: "a program file, a folder or a signature, as NAME=PROGRAM for a name of its own")
        ],
        flags: ServeFlags.all + CommonFlags.signature + CommonFlags.model + CommonFlags.call + [CommonFlags.force]
            + CommonFlags.allow + CommonFlags.talk)

    static func run(_ arguments: ParsedArguments) async throws {
        let messages = Messages(arguments)
        let options = try ServeOptions(arguments)
        let loader = try ProgramLoader(arguments, messages)
        try await ServeSession(options, loader, messages).run()
    }
}
