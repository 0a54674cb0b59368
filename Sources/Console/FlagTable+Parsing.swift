import Basics
extension FlagTable {
    /// Reads the arguments behind the command's name, in the manner of GNU's getopt.
    ///
    /// `--name value`, `--name=value`, `-n value`, `-nvalue`, `-abc` for three switches; `--` ends the flags, `-` is no
    /// flag, and flags may stand among the other arguments. At `--help` reading stops, whatever else is wrong behind it.
    ///
    /// - Parameter familiar: Options by the names that people bring along for them, the likeliest first; for hints.
    package func parse(
        _ arguments: [String], familiar: [String: [String]] = [:]
    ) throws(UsageError) -> ParsedArguments {
        var parsed = ParsedArguments(table: self)
        parsed.words = arguments
        var rest = arguments[...]
        while let argument = rest.popFirst() {
            if argument == "--" {
                parsed.positionals += rest
                break
            }
            if argument.hasPrefix("--") {
                try readLong(argument.dropFirst(2), &rest, into: &parsed, familiar)
            } else if argument.hasPrefix("-"), argument != "-" {
                try readShort(argument, &rest, into: &parsed)
            } else {
                parsed.positionals.append(argument)
            }
            if parsed.wantsHelp { return parsed }
        }
        try checkPositionals(parsed.positionals)
        return parsed
    }

    private func readLong(
        _ argument: Substring, _ rest: inout ArraySlice<String>, into parsed: inout ParsedArguments,
        _ familiar: [String: [String]]
    ) throws(UsageError) {
        let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        let name = String(parts[0])
        guard let flag = allFlags.first(where: { $0.long == name }) else {
            let names = allFlags.filter { !$0.isHidden }.map { "--\($0.long)" }
            let hint = familiarHint(familiar[name.lowercased()] ?? []) ?? Spelling.hint(for: "--\(name)", among: names)
            throw failure("unknown option '--\(name)'" + hint)
        }
        let attached = parts.count == 2 ? String(parts[1]) : nil
        switch flag.value {
        case .none:
            guard attached == nil else { throw failure("option '--\(name)' takes no value") }
            parsed.add("", to: flag)
        case .optional(_, let implied):
            try add(attached ?? implied, to: flag, spelt: "--\(name)", &parsed)
        case .required(let placeholder):
            guard let value = attached ?? rest.popFirst() else {
                throw failure("option '--\(name)' needs a value: --\(name) \(placeholder)")
            }
            try add(value, to: flag, spelt: "--\(name)", &parsed)
        }
    }

    /// `; did you mean '--lm'?` with the first option that there is here, and that takes the value it is named with.
    private func familiarHint(_ options: [String]) -> String? {
        let meant = options.first { option in
            let words = option.split(separator: " ", maxSplits: 1).map(String.init)
            return allFlags.contains { flag in
                flag.long == words[0] && !flag.isHidden
                    && (words.count == 1 || flag.choices?.contains(words[1]) ?? true)
            }
        }
        return meant.map { "; did you mean '--\($0)'?" }
    }

    private func readShort(
        _ argument: String, _ rest: inout ArraySlice<String>, into parsed: inout ParsedArguments
    ) throws(UsageError) {
        var letters = argument.dropFirst()
        while let letter = letters.popFirst() {
            guard let flag = allFlags.first(where: { $0.short == letter }) else {
                let hint = Spelling.hint(for: "-" + argument, among: allFlags.map { "--\($0.long)" })
                throw failure("unknown option '-\(letter)'" + (argument.count > 3 ? hint : ""))
            }
            switch flag.value {
            case .none:
                parsed.add("", to: flag)
            case .optional(_, let implied):
                try add(letters.isEmpty ? implied : String(letters), to: flag, spelt: "-\(letter)", &parsed)
                return
            case .required(let placeholder):
                guard let value = letters.isEmpty ? rest.popFirst() : String(letters) else {
                    throw failure("option '-\(letter)' needs a value: -\(letter) \(placeholder)")
                }
                try add(value, to: flag, spelt: "-\(letter)", &parsed)
                return
            }
        }
    }

    private func add(
        _ value: String, to flag: Flag, spelt name: String, _ parsed: inout ParsedArguments
    ) throws(UsageError) {
        if let choices = flag.choices, !choices.contains(value) {
            throw failure(
                "option '\(name)' takes \(choices.joined(separator: ", ")), not '\(value)'"
                    + Spelling.hint(for: value, among: choices))
        }
        parsed.add(value, to: flag)
    }

    private func checkPositionals(_ found: [String]) throws(UsageError) {
        let needed = positionals.filter { !$0.isOptional }
        if found.count < needed.count {
            throw failure("missing argument \(needed[found.count].name): \(needed[found.count].help)")
        }
        if found.count > positionals.count, !(positionals.last?.isRepeated ?? false) {
            throw failure("unexpected argument '\(found[positionals.count])'")
        }
    }

    /// A usage error that points to this command's help.
    package func failure(_ message: String) -> UsageError { UsageError(message, command: command) }
}
