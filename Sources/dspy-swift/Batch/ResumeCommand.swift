import Console

/// The command line that goes on with a batch: the one that was given, with `--resume`.
struct ResumeCommand {
    /// The command, its words quoted for a shell.
    let text: String

    /// - Parameters:
    ///   - redoesFailed: Whether failed rows are to be done again.
    ///   - readsPipe: Whether the rows have to be piped in again.
    init(_ arguments: ParsedArguments, redoesFailed: Bool, readsPipe: Bool) {
        var words = arguments.words.map(Self.withoutPassword)
        words.removeAll { $0 == "--force" }
        var more: [String] = []
        if !arguments.bool("resume") { more.append("--resume") }
        if redoesFailed, !arguments.bool("retry-failed") { more.append("--retry-failed") }
        // Behind `--` no word is an option.
        words.insert(contentsOf: more, at: words.firstIndex(of: "--") ?? words.count)
        text = (readsPipe ? "… | " : "") + (["dspy-swift", "batch"] + words.map(ShellText.word)).joined(separator: " ")
    }

    /// An address without the name and password in it.
    private static func withoutPassword(_ word: String) -> String {
        guard let scheme = word.firstRange(of: "://") else { return word }
        let authority = word[scheme.upperBound...].prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        guard let at = authority.lastIndex(of: "@") else { return word }
        return word[..<scheme.upperBound] + "NAME:PASSWORD" + word[at...]
    }
}
