import Basics
import Console
import DSPyCore
import OrderedJSON

/// The command line that goes on with a batch: the one that was given, with `--resume`.
struct ResumeCommand {
    /// The command, its words quoted for a shell.
    let text: String

    /// - Parameters:
    ///   - redoesFailed: Whether failed rows are to be done again.
    ///   - readsPipe: Whether the rows have to be piped in again.
    init(_ arguments: ParsedArguments, redoesFailed: Bool, readsPipe: Bool) {
        var words = arguments.words.map(Self.withoutSecrets)
        words.removeAll { $0 == "--force" }
        var more: [String] = []
        if !arguments.bool("resume") { more.append("--resume") }
        if redoesFailed, !arguments.bool("retry-failed") { more.append("--retry-failed") }
        // Behind `--` no word is an option.
        words.insert(contentsOf: more, at: words.firstIndex(of: "--") ?? words.count)
        text = (readsPipe ? "… | " : "") + (["dspy-swift", "batch"] + words.map(ShellText.word)).joined(separator: " ")
    }

    /// A word without the secrets of an address or of a model's option in it.
    private static func withoutSecrets(_ word: String) -> String {
        guard let option = word.firstRange(of: "lm."), ["", "--set="].contains(word[..<option.lowerBound]),
            let equals = word[option.upperBound...].firstIndex(of: "=")
        else { return word.contains("://") ? AddressSecrets.hidden(word) : word }
        let text = String(word[word.index(after: equals)...])
        let value = (try? JSON(parsing: text)) ?? .string(text)
        let shown = SecretOptions.hidden(value, of: String(word[option.upperBound..<equals]))
        if shown == value { return word }
        return word[...equals] + (shown.string ?? shown.text())
    }
}
