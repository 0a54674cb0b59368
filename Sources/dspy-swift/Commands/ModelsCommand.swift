import Platform
import Console
import DSPyClients
import OrderedJSON

/// `models`: providers, and which keys are there; never a key itself.
enum ModelsCommand: Command {
    static let table = FlagTable(
        program: CommandLineTool.name,
        name: "models", summary: "list providers and whether their keys are set",
        discussion: ["Keys are read from the environment and never printed."], flags: [CommonFlags.json])

    /// Makes models from the environment of this process.
    static var factory: LMFactory { LMFactory(environment: Environment.all) }

    static func run(_ arguments: ParsedArguments) async throws {
        guard arguments.positionals.isEmpty else { throw arguments.table.failure("models takes no arguments") }
        let providers = factory.listing()
        if arguments.bool("json") {
            let listing = providers.map { provider -> JSON in
                [
                    "provider": .string(provider.name), "base_url": .string(provider.baseURL),
                    "key_variable": provider.keyVariable.map { .string($0) } ?? .null,
                    "key": .string(state(provider)), "supported": .bool(provider.isSupported),
                    "default_model": provider.defaultModel.map { .string("\(provider.name)/\($0)") } ?? .null,
                ]
            }
            try Output.standard.writeLine(JSON.array(listing).text(.pythonIndented(2)))
            return
        }
        var rows = [["PROVIDER", "KEY", "VARIABLE", "DEFAULT MODEL", "ADDRESS"]]
        rows.append(["local", "not needed", "", "local/smollm2-135m", "127.0.0.1, set up at the first call"])
        rows.append(["scripted", "not needed", "", "scripted/echo", "none: answers without a model"])
        for provider in providers {
            rows.append([
                provider.name, provider.isSupported ? state(provider) : "not spoken yet", provider.keyVariable ?? "",
                provider.defaultModel.map { "\(provider.name)/\($0)" } ?? "",
                provider.baseURL.isEmpty ? "give --api-base" : provider.baseURL,
            ])
        }
        let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        for row in rows {
            let cells = zip(row, widths).map { $0 + String(repeating: " ", count: $1 - $0.count) }
            var line = cells.joined(separator: "  ")
            while line.last == " " { line.removeLast() }
            try Output.standard.writeLine(line)
        }
    }

    private static func state(_ provider: ProviderListing) -> String {
        provider.keyVariable == nil ? "not needed" : provider.hasKey ? "set" : "missing"
    }
}
