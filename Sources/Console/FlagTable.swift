/// One command: what drives its parsing, its help and its page in the documentation.
package struct FlagTable: Sendable, Hashable {
    /// A command line to copy, with what it shows.
    package struct Example: Sendable, Hashable {
        /// What it shows; may be empty.
        package var caption: String
        /// The command line.
        package var line: String

        package init(_ caption: String, _ line: String) {
            self.caption = caption
            self.line = line
        }
    }

    /// The program's name, typed before the command.
    package var program: String
    /// The command's name; empty when the program is its only command.
    package var name: String
    /// What it does, in one phrase without a full stop.
    package var summary: String
    /// Usage lines; made from the arguments when empty.
    package var usage: [String]
    /// More to know, in paragraphs.
    package var discussion: [String]
    /// Command lines to copy.
    package var examples: [Example]
    /// The arguments told by their place.
    package var positionals: [Positional]
    /// The flags, in the order of the help; `--help` need not be among them.
    package var flags: [Flag]
    /// Whether lists of commands leave it out.
    package var isHidden: Bool

    package init(
        program: String = "", name: String, summary: String, usage: [String] = [], discussion: [String] = [],
        examples: [Example] = [], positionals: [Positional] = [], flags: [Flag] = [], isHidden: Bool = false
    ) {
        self.program = program
        self.name = name
        self.summary = summary
        self.usage = usage
        self.discussion = discussion
        self.examples = examples
        self.positionals = positionals
        self.flags = flags
        self.isHidden = isHidden
    }

    /// How the command is called: `program name`.
    package var command: String { [program, name].filter { !$0.isEmpty }.joined(separator: " ") }

    /// The flags with `--help` at their end.
    package var allFlags: [Flag] { flags.contains { $0.long == Flag.help.long } ? flags : flags + [.help] }

    /// The usage lines, written or made.
    package var usageLines: [String] {
        guard usage.isEmpty else { return usage }
        return [([command] + positionals.map(\.spelling) + ["[OPTION]..."]).joined(separator: " ")]
    }
}
