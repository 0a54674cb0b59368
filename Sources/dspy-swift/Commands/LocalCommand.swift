import Basics
import Console
import DSPyClients
import OrderedJSON
import Platform

/// `local`: the server of the small model on this machine, and ending it.
enum LocalCommand: Command {
    static let table = FlagTable(
        program: CommandLineTool.name,
        name: "local", summary: "show or stop the server of the local model",
        usage: ["dspy-swift local [--json]", "dspy-swift local stop"],
        discussion: [
            "local/smollm2-135m is set up at its first call. Its server listens on 127.0.0.1, wants a key that only this user can "
                + "read, serves later calls too, and ends by itself when nobody has asked for a while."
        ],
        positionals: [Positional("ACTION", isOptional: true, help: "`stop` to end the server")],
        flags: [CommonFlags.json])

    static func run(_ arguments: ParsedArguments) async throws {
        let status = try LocalServerStatus(environment: Environment.all)
        switch (arguments.positionals.first, arguments.positionals.count) {
        case (nil, _): try show(status, asJSON: arguments.bool("json"))
        case ("stop"?, 1): try await stop(status, asJSON: arguments.bool("json"))
        case (let other?, _):
            throw table.failure("there is no 'local \(other)'" + Spelling.hint(for: other, among: ["stop"]))
        }
    }

    private static func show(_ status: LocalServerStatus, asJSON: Bool) throws {
        if asJSON {
            let listing: JSON = [
                "model": "local/smollm2-135m", "folder": .string(status.folder), "installed": .bool(status.isInstalled),
                "address": status.address.map { .string($0) } ?? .null, "pid": status.process.map { .int($0) } ?? .null,
                "idle_seconds": status.idleSeconds.map { .int($0) } ?? .null,
            ]
            try Output.standard.writeLine(listing.text(.pythonIndented(2)))
            return
        }
        let state =
            status.address.map { address in
                let process = status.process.map { " (process \($0))" } ?? ""
                let end = status.idleSeconds.map { ", ends after \(LocalModel.idleText($0)) without a call" } ?? ""
                return "runs at \(address)\(process)\(end); `dspy-swift local stop` ends it now"
            } ?? (status.isInstalled ? "does not run; the next call starts it" : "not set up; the first call does that")
        try Output.standard.writeLine("local/smollm2-135m: \(state)")
        if status.isInstalled { try Output.standard.writeLine("folder: \(status.folder)") }
    }

    private static func stop(_ status: LocalServerStatus, asJSON: Bool) async throws {
        let runs = status.address != nil
        if runs, await !status.stop() {
            throw Failure(.io, "the local model's server has not ended within 20 seconds; it may be answering a call")
        }
        if asJSON { return try Output.standard.writeLine(JSON.object(["stopped": .bool(runs)]).text(.python)) }
        try Output.standard.writeLine(runs ? "stopped" : "no server runs")
    }
}
