import DSPyProgram
import DSPySpec
import HTTPServer
import OrderedJSON
import TestSupport
import Testing

@testable import DSPyServer

/// A server without sockets: requests are values, and so are answers.
struct ServedRig {
    /// An answer with its whole body.
    struct Got: Sendable {
        let status: Int
        let fields: [(name: String, value: String)]
        let body: String

        subscript(name: String) -> String? { fields.first { $0.name == name }?.value }
        var json: JSON? { try? JSON(parsing: body) }
        /// The data of server-sent events.
        var events: [String] {
            body.split(separator: "\n\n").map { String($0) }.filter { $0.hasPrefix("data: ") }.map {
                String($0.dropFirst(6))
            }
        }
        /// JSON lines.
        var lines: [JSON] { body.split(separator: "\n").compactMap { try? JSON(parsing: String($0)) } }
    }

    let server: ProgramServer
    let programs: ProgramSet
    /// What clients are not told.
    let notes = Shared([String]())

    /// - Parameters:
    ///   - files: Program files by the names of the programs.
    ///   - script: What the model answers; nil for an echo.
    init(
        _ files: [(name: String, text: String)], script: String? = nil, lm: String? = nil, apiBase: String? = nil,
        token: String? = nil, origins: [String] = [], _ change: (inout ServeSettings) -> Void = { _ in }
    ) async throws {
        let folder = try TemporaryFolder()
        var settings = RunSettings(environment: ["OPENAI_API_KEY": "sk-very-secret"])
        settings.usesCache = false
        settings.apiBase = apiBase
        settings.retries = 0
        settings.lm = lm ?? "scripted/echo"
        if let script { settings.lm = "scripted/" + (try folder.write(script, to: "script.json")) }
        var served: [ServedProgram] = []
        for (name, text) in files {
            let path = try folder.write(text, to: "\(name).json")
            let outcome = try ProgramSource.outcome(path)
            let program = try #require(outcome.program, "\(outcome.diagnostics)")
            let models = ModelChoice(settings, program: program.settings)
            let ready = try await ReadyProgram.open(program, in: folder.path, settings, models)
            served.append(try ServedProgram(name: name, ready) { _ in })
        }
        programs = ProgramSet(served)
        var serving = ServeSettings()
        serving.note = { [notes] text in notes.withLock { $0.append(text) } }
        change(&serving)
        let keeper = Gatekeeper(
            host: "127.0.0.1", isLoopback: true, allowed: [], origins: origins, token: token.flatMap(BearerToken.init))
        server = ProgramServer(programs, keeper, serving)
    }

    /// Asks; a run of it is ended by the switch.
    func ask(
        _ method: String, _ path: String, _ body: String? = nil, _ fields: [(String, String)] = [],
        stop: StopSwitch = StopSwitch(), begun: @escaping @Sendable () -> Void = {}
    ) async -> Got {
        var all = [("host", "127.0.0.1")]
        if let body {
            all.append(("content-length", "\(body.utf8.count)"))
            if !fields.contains(where: { $0.0 == "content-type" }) { all.append(("content-type", "application/json")) }
        }
        let head = RequestHead(
            method: method, target: path,
            fields: (all + fields).map { RequestHead.Field($0.0, $0.1) })
        switch server.screen(head) {
        case .refuse(let answer, _, _): return await Self.got(answer)
        case .admit(let admission):
            let request = ServerRequest(head: head, body: Array((body ?? "").utf8), id: "r1", stop: stop)
            switch server.reply(to: request, admission) {
            case .now(let answer): return await Self.got(answer, admission.fields)
            case .later(let make): return await Self.got(await make(), admission.fields, begun)
            }
        }
    }

    func predict(_ body: String, _ path: String = "/predict") async -> Got { await ask("POST", path, body) }

    private static func got(
        _ answer: Answer, _ more: [(name: String, value: String)] = [], _ begun: @escaping @Sendable () -> Void = {}
    ) async -> Got {
        switch answer.body {
        case .whole(let bytes):
            return Got(
                status: answer.status, fields: answer.fields + more, body: String(decoding: bytes, as: UTF8.self))
        case .pieces(let pieces):
            let (replaced, bytes) = await AnswerWriter.collecting(begun: begun, pieces.produce)
            if let replaced { return await got(replaced, more) }
            return Got(
                status: answer.status, fields: answer.fields + more, body: String(decoding: bytes, as: UTF8.self))
        }
    }
}
