/// One option of a command: how it is typed and what its help says.
package struct Flag: Sendable, Hashable {
    /// What may follow the name.
    package enum Value: Sendable, Hashable {
        /// Nothing: the flag is on or off, and may be counted.
        case none
        /// A value, called by a placeholder in help: `--name VALUE`, `--name=VALUE`, `-n VALUE`, `-nVALUE`.
        case required(String)
        /// A value that may be left out, then the implied one counts: `--name[=VALUE]`.
        case optional(String, implied: String)
    }

    /// The long name without dashes.
    package var long: String
    /// The one-letter name without dash.
    package var short: Character?
    /// What may follow the name.
    package var value: Value
    /// Whether giving it several times adds up; else the last time counts.
    package var isRepeatable: Bool
    /// The values it takes; nil for any.
    package var choices: [String]?
    /// What counts when it is not given, in words for the help.
    package var defaultText: String?
    /// What it does, in one phrase.
    package var help: String
    /// The heading it stands under in help.
    package var group: String
    /// Whether help leaves it out.
    package var isHidden: Bool

    package init(
        _ long: String, short: Character? = nil, value: Value = .none, isRepeatable: Bool = false,
        choices: [String]? = nil, defaultText: String? = nil, group: String = "Options", isHidden: Bool = false,
        help: String
    ) {
        self.long = long
        self.short = short
        self.value = value
        self.isRepeatable = isRepeatable
        self.choices = choices
        self.defaultText = defaultText
        self.help = help
        self.group = group
        self.isHidden = isHidden
    }

    /// `--help`, which every command has.
    package static let help = Flag("help", short: "h", help: "show this help and exit")

    /// How it is typed, for help: `-m, --lm MODEL`, `--stream[=MODE]`.
    package var spelling: String {
        let name = (short.map { "-\($0), " } ?? "    ") + "--\(long)"
        return switch value {
        case .none: name
        case .required(let placeholder): "\(name) \(placeholder)"
        case .optional(let placeholder, _): "\(name)[=\(placeholder)]"
        }
    }

    /// The help phrase with what may be chosen, what counts by default, and whether it adds up.
    package var explanation: String {
        var notes: [String] = []
        if let choices { notes.append("one of: " + choices.joined(separator: ", ")) }
        if let defaultText { notes.append("default: \(defaultText)") }
        if isRepeatable { notes.append("may be repeated") }
        return notes.isEmpty ? help : "\(help) (\(notes.joined(separator: "; ")))"
    }
}

/// One argument that is told by its place.
package struct Positional: Sendable, Hashable {
    /// The name in usage and help, in capitals.
    package var name: String
    /// What it is, in one phrase.
    package var help: String
    /// Whether it may be left out.
    package var isOptional: Bool
    /// Whether it stands for any number of arguments; only the last one may.
    package var isRepeated: Bool

    /// A positional argument.
    package init(_ name: String, isOptional: Bool = false, isRepeated: Bool = false, help: String) {
        self.name = name
        self.help = help
        self.isOptional = isOptional
        self.isRepeated = isRepeated
    }

    /// How usage shows it: `SPEC`, `[SPEC]`, `NAME=VALUE...`.
    package var spelling: String {
        let name = isRepeated ? "\(name)..." : name
        return isOptional ? "[\(name)]" : name
    }
}
