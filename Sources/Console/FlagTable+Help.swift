extension FlagTable {
    /// The text of `--help`, wrapped to a width.
    package func help(width: Int = 80) -> String {
        var lines = ["\(command): \(summary)", ""]
        for (place, line) in usageLines.enumerated() { lines.append((place == 0 ? "Usage: " : "       ") + line) }
        for paragraph in discussion { lines += [""] + HelpText.wrap(paragraph, width: width) }
        lines += section("Arguments", positionals.map { ($0.name, $0.help) }, width: width)
        for group in groups {
            let rows = allFlags.filter { $0.group == group && !$0.isHidden }.map { ($0.spelling, $0.explanation) }
            lines += section(group, rows, width: width)
        }
        if !examples.isEmpty { lines += ["", "Examples:"] }
        for example in examples {
            if !example.caption.isEmpty { lines.append("  # " + example.caption) }
            lines.append("  " + example.line)
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// The command's page in Markdown, from the same table.
    package func markdown(level: Int = 2) -> String {
        let heading = String(repeating: "#", count: level)
        var lines =
            ["\(heading) \(command)", "", HelpText.capitalised(summary) + ".", "", "```"] + usageLines + ["```"]
        for paragraph in discussion { lines += ["", paragraph] }
        if !positionals.isEmpty {
            lines += ["", "| argument | |", "|---|---|"]
            lines += positionals.map { "| `\(HelpText.cell($0.spelling))` | \(HelpText.cell($0.help)) |" }
        }
        for group in groups {
            lines += ["", "| \(group.lowercased()) | |", "|---|---|"]
            for flag in allFlags where flag.group == group && !flag.isHidden {
                let spelling = String(flag.spelling.drop { $0 == " " })
                lines.append("| `\(HelpText.cell(spelling))` | \(HelpText.cell(flag.explanation)) |")
            }
        }
        if !examples.isEmpty { lines += ["", "```sh"] }
        for example in examples {
            if !example.caption.isEmpty { lines.append("# " + example.caption) }
            lines.append(example.line)
        }
        if !examples.isEmpty { lines.append("```") }
        return lines.joined(separator: "\n") + "\n"
    }

    /// The headings of the visible flags, in the order of their first flags.
    private var groups: [String] {
        var groups: [String] = []
        for flag in allFlags where !flag.isHidden && !groups.contains(flag.group) { groups.append(flag.group) }
        return groups
    }

    private func section(_ title: String, _ rows: [(String, String)], width: Int) -> [String] {
        rows.isEmpty ? [] : ["", "\(title):"] + HelpText.columns(rows, width: width)
    }
}
