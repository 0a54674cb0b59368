import Basics
import Console
import DSPyClients
import DSPyCore
import DSPyProgram
import DSPySpec
import DSPyTools
import OrderedJSON
import Platform

extension RunSettings {
    /// What the flags of a command say, on top of the environment and configuration files.
    ///
    /// - Parameter calls: What the command calls models for; one that calls none lacks the flags of `CommonFlags.call`.
    init(_ arguments: ParsedArguments, _ messages: Messages, calls: Calls = .run) throws {
        self.init(calls: calls, configuration: try Configuration.read())
        lm = arguments.string("lm")
        apiBase = arguments.string("api-base")
        for text in arguments.all("set") {
            let option = try SetOption(text, arguments.table)
            options[option.key] = option.value
            if let meant = ModelOptions.meant(by: option.key) {
                messages.warn(
                    "no option of a model is known as lm.\(option.key), it is sent as it is; did you mean lm.\(meant)?")
            }
        }
        adapter = try self.adapter(arguments)
        guard calls != .none else { return }
        usesCache = !arguments.bool("no-cache")
        timeout = try arguments.double("timeout", atLeast: 0.001).map { .bounded(seconds: $0) }
        retries = try arguments.int("retries", in: 0...1000)
        if arguments.string("record") != nil, arguments.string("replay") != nil {
            throw arguments.table.failure("--record and --replay exclude each other")
        }
        replay = try arguments.string("replay").map { path in
            guard FileReading.exists(path) else { throw Failure(.noInput, "\(path): no such recording") }
            return try Recording(path: path)
        }
        recording = try LineFile.opened("record", arguments, messages)
        isSequential = arguments.table.allFlags.contains { $0.long == "sync" } && arguments.bool("sync")
        grants = try Self.grants(arguments, configuration)
        allowToolAsyncSyncConversion = arguments.bool("allow-tool-async-sync-conversion")
    }

    /// What `--allow`, `--allow-all` and the user's own configuration say.
    static func grants(_ arguments: ParsedArguments, _ configuration: Configuration) throws -> Grants {
        if arguments.bool("allow-all") { return .all }
        var grants = configuration.grants
        for word in arguments.all("allow") {
            do throws(GrantError) { try grants.add(word) } catch { throw Failure(.usage, error.message) }
        }
        return grants
    }

    private func adapter(_ arguments: ParsedArguments) throws -> any Adapter {
        let name = arguments.string("adapter") ?? variable("DSPY_ADAPTER") ?? configuration.adapter ?? "chat"
        guard let adapter = AdapterKind(rawValue: name)?.plain else {
            let names = AdapterKind.plainNames.joined(separator: ", ")
            throw arguments.table.failure("there is no adapter '\(name)'; there are \(names)")
        }
        return adapter
    }
}
