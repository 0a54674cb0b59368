import Basics
import DSPyCore
import OrderedJSON
import TestSupport
import Testing

extension Conformance {
    @Test("react.jsonl: prompts, trajectories and answers of whole runs equal DSPy's")
    func react() async throws {
        guard let cases = try Golden.cases("react.jsonl") else { return }
        var tally = Tally(file: "react.jsonl")
        for entry in cases {
            var problems = await RecordedRun(entry).problems()
            for tool in entry["tools"]?.array ?? [] {
                problems += try RecordedTool.problems(RecordedTool.tool(tool), tool)
            }
            tally.add(entry.id, problems)
        }
        tally.report()
    }

    @Test("async_tools.jsonl: which tool may be called how, and which arguments it takes, as in DSPy")
    func tools() async throws {
        guard let cases = try Golden.cases("async_tools.jsonl") else { return }
        var tally = Tally(file: "async_tools.jsonl")
        for entry in cases {
            if entry.id.hasPrefix("tool-") {
                tally.add(entry.id, await Self.callProblems(entry))
            } else if entry.id.hasPrefix("toolargs-") {
                tally.add(entry.id, await Self.argumentProblems(entry))
            } else {
                // Every module here has the one async path; DSPy's lacks are in the compatibility page.
                tally.add(entry.id, entry["has_forward"] == true || entry["has_aforward"] == true ? [] : ["neither"])
            }
        }
        tally.report()
    }

    /// `tool-*`: a function that is sync or async, fails or not, called in each way.
    private static func callProblems(_ entry: JSON) async -> [String] {
        let kind = entry["tool"]?.string ?? ""
        let work: @Sendable (ValueDict) throws -> Value = { arguments in
            if kind.hasSuffix("_raises") {
                throw ToolError("ValueError", kind.hasPrefix("a") ? "async boom" : "sync boom")
            }
            guard case .int(let x)? = arguments["x"] else { return .null }
            return .int(x * 2)
        }
        // A sync function that returns a coroutine counts as async, in DSPy as here.
        let isAsync = kind.hasPrefix("async") || kind.hasSuffix("coroutine")
        let tool = Tool(
            name: "f", purpose: nil, arguments: [Tool.Argument("x", .integer)],
            body: isAsync ? .async { arguments, _ in try work(arguments) } : .sync(work))
        var context = RunContext()
        context.settings.allowToolAsyncSyncConversion = entry["allow_tool_async_sync_conversion"] == true
        let scope = context
        let arguments = Value(entry["args"] ?? [:]).dict ?? [:]
        let outcome: Result<Value, any Error>
        switch entry["call"]?.string {
        case "acall": outcome = await Self.outcome { try await tool.acall(arguments, in: scope) }
        case "__call__":
            // Outside a running event loop: on a thread that runs no task.
            outcome = await Self.outcome { try await BlockingThread.run { _ in try tool(arguments, in: scope) } }
        default: outcome = await Self.outcome { try tool(arguments, in: scope) }
        }
        return compare(outcome, entry)
    }

    private static func outcome(_ body: () async throws -> Value) async -> Result<Value, any Error> {
        do { return .success(try await body()) } catch { return .failure(error) }
    }

    /// `toolargs-*`: what a function with these parameters is given.
    private static func argumentProblems(_ entry: JSON) async -> [String] {
        do {
            var arguments: [Tool.Argument] = []
            var extra: String?
            for parameter in split(entry["params"]?.string ?? "") {
                if parameter.hasPrefix("**") {
                    extra = String(parameter.dropFirst(2))
                    continue
                }
                let (declared, value) = cut(parameter, " = ")
                let (name, type) = cut(declared, ": ")
                arguments.append(
                    Tool.Argument(
                        name, try type.map { try FieldType(withoutModule($0)) },
                        defaultValue: value.map { literal($0) }))
            }
            let tool = Tool(
                name: "f", purpose: "d", arguments: arguments, extraArguments: extra, body: .sync { .dict($0) })
            let given = Value(entry["args"] ?? [:]).dict ?? [:]
            let outcome = await Self.outcome { try await tool.acall(given) }
            var described = entry.object ?? [:]
            described["args"] = entry["schema"]
            return RecordedTool.problems(tool, .object(described)) + compare(outcome, entry)
        } catch {
            return ["\(error)"]
        }
    }

    private static func compare(_ outcome: Result<Value, any Error>, _ entry: JSON) -> [String] {
        switch outcome {
        case .success(let value):
            if let error = entry["error"] { return ["gives \(value.pythonRepr), but DSPy raises \(error.text())"] }
            return Tally.difference("result", expected: entry["result"] ?? .null, found: value.json).map { [$0] } ?? []
        case .failure(let error as ToolError):
            let kind = error.kind.split(separator: ".").last.map(String.init)
            guard kind == entry["error"]?["class"]?.string else {
                return ["\(error.kind): \(error); DSPy: \((entry["error"] ?? entry["result"] ?? .null).text())"]
            }
            // The words of pydantic are its own.
            guard kind != "ValidationError" else { return [] }
            return Tally.difference(
                "message", expected: entry["error"]?["message"] ?? .null, found: .string(error.message)
            ).map { [$0] } ?? []
        case .failure(let error): return ["\(error)"]
        }
    }

    private static func split(_ parameters: String) -> [String] {
        var depth = 0
        var parts = [""]
        for character in parameters {
            if "[(".contains(character) { depth += 1 }
            if "])".contains(character) { depth -= 1 }
            if character == ",", depth == 0 { parts.append("") } else { parts[parts.count - 1].append(character) }
        }
        return parts.map { String($0.drop { $0 == " " }) }.filter { !$0.isEmpty }
    }

    private static func cut(_ text: String, _ separator: String) -> (String, String?) {
        guard let range = text.firstRange(of: separator) else { return (text, nil) }
        return (String(text[..<range.lowerBound]), String(text[range.upperBound...]))
    }

    private static func withoutModule(_ type: String) -> String { type.replacing("typing.", with: "") }

    private static func literal(_ text: String) -> Value {
        switch text {
        case "None": return .null
        case let text where text.hasPrefix("'"): return .string(String(text.dropFirst().dropLast()))
        default: return Int(text).map { .int($0) } ?? .string(text)
        }
    }
}
