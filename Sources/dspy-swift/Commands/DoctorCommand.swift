import DSPyProgram
import Transport
import Platform
import Console
import DSPyClients
import OrderedJSON

/// `doctor`: a report on what this machine has, for questions and bug reports.
enum DoctorCommand: Command {
    static let table = FlagTable(
        program: CommandLineTool.name,
        name: "doctor", summary: "report what this machine has for running programs",
        discussion: ["Calls nothing over the network and prints no key."], flags: [CommonFlags.json])

    /// One finding.
    private struct Finding {
        let name: String
        let isGood: Bool
        let text: String
    }

    static func run(_ arguments: ParsedArguments) async throws {
        guard arguments.positionals.isEmpty else { throw arguments.table.failure("doctor takes no arguments") }
        let findings = [version, curl, cache, python, model] + configuration + [terminal]
        if arguments.bool("json") {
            let listing = findings.map { finding -> JSON in
                ["name": .string(finding.name), "ok": .bool(finding.isGood), "text": .string(finding.text)]
            }
            try Output.standard.writeLine(JSON.array(listing).text(.pythonIndented(2)))
            return
        }
        let terminal = Terminal(descriptor: 1)
        for finding in findings {
            let mark = finding.isGood ? terminal.style.green("ok") : terminal.style.yellow("--")
            let text = terminal.isTTY ? Terminal.escaped(finding.text) : finding.text
            try Output.standard.write(drawn: "\(mark)  \(finding.name): \(text)\n")
        }
    }

    private static var version: Finding {
        Finding(name: "dspy-swift", isGood: true, text: "\(CommandLineTool.version) on \(Machine.name)")
    }

    private static var curl: Finding {
        do {
            return Finding(name: "libcurl", isGood: true, text: try CurlTransport.libraryVersion())
        } catch {
            return Finding(name: "libcurl", isGood: false, text: "\(error)")
        }
    }

    private static var cache: Finding {
        guard let path = CacheLocation.path(environment: Environment.all) else {
            return Finding(name: "cache", isGood: false, text: "no folder; set DSPY_CACHE_DIR, XDG_CACHE_HOME or HOME")
        }
        do {
            return Finding(name: "cache", isGood: true, text: "\(path), SQLite \(try CacheContents.libraryVersion())")
        } catch {
            return Finding(name: "cache", isGood: false, text: "\(error)")
        }
    }

    private static var python: Finding {
        let found = Executable.find("python3")
        return Finding(
            name: "python3", isGood: found != nil,
            text: found.map { "\($0) (for local/smollm2-135m only)" } ?? "not found; local/smollm2-135m needs it")
    }

    private static var model: Finding {
        let factory = ModelsCommand.factory
        let keys = factory.listing().filter { $0.hasKey }.map(\.name)
        let chosen = Environment.value("DSPY_LM") ?? (try? Configuration.read())?.lm ?? factory.configuredModel
        let problem = chosen.flatMap { factory.problem(with: $0) }
        var text = [chosen.map { name in problem.map { "\(name): \($0)" } ?? name } ?? ModelChoice.noModel]
        if !keys.isEmpty { text.append("keys of \(keys.joined(separator: ", "))") }
        let unspoken = factory.listing().filter { $0.hasKey && !$0.isSupported }.map(\.name)
        if problem == nil, !unspoken.isEmpty {
            text.append("the protocol of \(unspoken.joined(separator: " and of ")) is not spoken yet")
        }
        return Finding(name: "model", isGood: chosen != nil && problem == nil, text: text.joined(separator: "; "))
    }

    private static var configuration: [Finding] {
        Configuration.paths.filter { FileReading.exists($0) }.map { path in
            do {
                _ = try Configuration.read()
                return Finding(name: "configuration", isGood: true, text: path)
            } catch {
                return Finding(
                    name: "configuration", isGood: false, text: Failure(error).message ?? "\(path): \(error)")
            }
        }
    }

    private static var terminal: Finding {
        let terminal = Terminal(descriptor: 1)
        let kind = terminal.isTTY ? "\(terminal.columns) columns" : "a pipe or file"
        return Finding(
            name: "standard output", isGood: true, text: "\(kind), colours \(terminal.usesColour ? "on" : "off")")
    }
}
