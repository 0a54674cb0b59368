import DSPyProgram
import Platform
import Console

/// What a command says on standard error besides its failure.
struct Messages: Sendable {
    let isQuiet: Bool
    let verbosity: Int
    let terminal: Terminal
    /// Takes lines while something is drawn where they would go.
    private let redirect = MessageRedirect()

    init(_ arguments: ParsedArguments) {
        isQuiet = arguments.bool("quiet")
        verbosity = arguments.count("verbose")
        terminal = Terminal(descriptor: 2, noColour: arguments.bool("no-color"))
    }

    /// A warning, unless messages are off.
    func warn(_ text: String) {
        guard !isQuiet else { return }
        say(text, after: terminal.style.yellow("warning:") + " ")
    }

    /// A warning that `--quiet` does not silence: something that was asked for is not there.
    func insist(_ text: String) { say(text, after: terminal.style.yellow("warning:") + " ") }

    /// Progress of something long, unless messages are off.
    func progress(_ text: String) {
        guard !isQuiet else { return }
        say(text)
    }

    /// A detail that `-v` asks for.
    func detail(_ text: String) {
        guard verbosity > 0 else { return }
        say(text)
    }

    /// Takes the address of each call; nil when nobody asked for it.
    private var calls: (@Sendable (String) -> Void)? {
        guard verbosity > 0 else { return nil }
        return { [self] in detail($0) }
    }

    /// Where a run says what there is to say, and asks what is to be asked.
    var run: RunMessages {
        var run = RunMessages()
        run.warn = { [self] in warn($0) }
        run.progress = { [self] in progress($0) }
        run.call = calls
        run.ask = { TerminalQuestion.ask($0) }
        return run
    }

    /// Hands lines to somebody else, who draws on the terminal that they would go to; nil ends that.
    func divert(_ take: (@Sendable (String) -> Void)?) {
        if terminal.isTTY { redirect.take = take }
    }

    /// - Parameter mark: What stands before the text, with colours of our own.
    private func say(_ text: String, after mark: String = "") {
        let line = "dspy-swift: \(mark)\(Terminal.escaped(text))"
        if let take = redirect.take { take(line) } else { try? Output.error.write(drawn: line + "\n") }
    }
}
