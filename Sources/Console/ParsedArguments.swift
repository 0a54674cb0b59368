/// What a command line says, by the names of its ``FlagTable``.
package struct ParsedArguments: Sendable {
    /// The command they belong to.
    package let table: FlagTable
    /// All of it as it was given, behind the command's name.
    package internal(set) var words: [String] = []
    /// The arguments that are no flags, in order.
    package var positionals: [String] = []
    private var values: [String: [String]] = [:]

    init(table: FlagTable) { self.table = table }

    mutating func add(_ value: String, to flag: Flag) {
        values[flag.long, default: []].append(value)
    }

    /// Whether `--help` was given.
    package var wantsHelp: Bool { bool(Flag.help.long) }

    /// Whether a flag was given.
    package func bool(_ name: String) -> Bool { count(name) > 0 }

    /// How many times a flag was given.
    package func count(_ name: String) -> Int { all(name).count }

    /// Every value of a flag, in order.
    package func all(_ name: String) -> [String] {
        assert(table.allFlags.contains { $0.long == name }, "\(table.command) has no flag --\(name)")
        return values[name] ?? []
    }

    /// The last value of a flag.
    package func string(_ name: String) -> String? { all(name).last }

    /// The last value of a flag as a whole number within bounds.
    package func int(_ name: String, in bounds: ClosedRange<Int> = .min ... .max) throws(UsageError) -> Int? {
        guard let text = string(name) else { return nil }
        guard let value = Int(text) else {
            throw table.failure("option '--\(name)' takes a whole number, not '\(text)'")
        }
        guard bounds.contains(value) else {
            let expected =
                bounds.upperBound == .max
                ? "at least \(bounds.lowerBound)"
                : bounds.lowerBound == .min
                    ? "at most \(bounds.upperBound)" : "between \(bounds.lowerBound) and \(bounds.upperBound)"
            throw table.failure("option '--\(name)' must be \(expected), not \(value)")
        }
        return value
    }

    /// The last value of a flag as a finite number of at least a minimum.
    package func double(_ name: String, atLeast minimum: Double = -.infinity) throws(UsageError) -> Double? {
        guard let text = string(name) else { return nil }
        guard let value = Double(text), value.isFinite else {
            throw table.failure("option '--\(name)' takes a number, not '\(text)'")
        }
        guard value >= minimum else {
            throw table.failure("option '--\(name)' must be at least \(minimum), not \(text)")
        }
        return value
    }
}
