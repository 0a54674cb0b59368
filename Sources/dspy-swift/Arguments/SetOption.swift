import Console
import DSPyCore
import OrderedJSON

/// One `--set lm.KEY=VALUE`, refused where the value cannot be meant.
struct SetOption {
    /// The option's name.
    let key: String
    /// Its value: JSON, else the text itself.
    let value: JSON

    private enum Rule {
        case whole(ClosedRange<Int>)
        case number(above: Double)
        case flag
        case refused(String)
    }

    private static let rules: [String: Rule] = [
        "num_retries": .whole(0...1000), "n": .whole(1...1000), "max_tokens": .whole(1 ... .max),
        "max_completion_tokens": .whole(1 ... .max), "max_output_tokens": .whole(1 ... .max),
        "cache": .flag, "seed": .whole(.min ... .max), "timeout": .number(above: 0),
        "temperature": .number(above: -.infinity),
        "top_p": .number(above: -.infinity), "frequency_penalty": .number(above: -.infinity),
        "presence_penalty": .number(above: -.infinity), "stream": .refused("--stream shows answers while they come in"),
        "messages": .refused("the program writes the messages"), "input": .refused("the program writes the messages"),
        "model": .refused("--lm chooses the model"),
    ]

    /// Reads the text behind `--set`.
    init(_ text: String, _ table: FlagTable) throws {
        guard let equals = text.firstIndex(of: "="), text.hasPrefix("lm."),
            text.distance(from: text.startIndex, to: equals) > 3
        else {
            let key = text.prefix { $0 != "=" }
            throw table.failure("option '--set' takes lm.KEY=VALUE, not '\(key)\(key == text ? "" : "=…")'")
        }
        key = SecretOptions.name(String(text[..<equals].dropFirst(3)))
        let written = String(text[text.index(after: equals)...])
        value = (try? JSON(parsing: written)) ?? .string(written)
        let isFree = SecretOptions.isAddress(key) || SecretOptions.literals(in: value, of: key).isEmpty
        guard isFree, !SecretNames.isSecret(key) else {
            throw table.failure(
                "a key may not stand on the command line (lm.\(key)); set the provider's variable, or write "
                    + "\"${env:NAME}\" in the program's `lm`")
        }
        guard let expected = fault else { return }
        if case .refused? = Self.rules[key] { throw table.failure(expected) }
        throw table.failure("option '--set lm.\(key)' takes \(expected), not '\(written)'")
    }

    /// What was expected, where the value does not fit; null takes an option away.
    private var fault: String? {
        switch Self.rules[key] {
        case .refused(let reason)?: return reason
        case .whole(let range)?:
            let number = value.int ?? value.number.flatMap { Int(exactly: $0) }
            if value.isNull || number.map(range.contains) == true { return nil }
            switch (range.lowerBound, range.upperBound) {
            case (.min, .max): return "a whole number"
            case (let least, .max): return "a whole number from \(least)"
            case (let least, let most): return "a whole number from \(least) to \(most)"
            }
        case .flag?: return value.isNull || value.bool != nil ? nil : "true or false"
        case .number(let least)?:
            if value.isNull { return nil }
            if let number = value.number, number.isFinite, number > least { return nil }
            return least == 0 ? "a number of seconds above 0" : "a number"
        case nil: return nil
        }
    }
}
