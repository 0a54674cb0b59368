import DSPyCore
import OrderedJSON
import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

@testable import DSPyClients

/// One recorded exchange of DSPy's default engine, with the request that must lead to it.
struct WireCase: CustomTestStringConvertible, Sendable {
    let id: String
    let line: JSON

    var testDescription: String { id }
    var requests: [JSON] { line["http_requests"]?.array ?? [] }
    var body: String { requests.first?["body"]?.string ?? "" }
    var isStream: Bool { body.contains("\"stream\":true") }
    var isResponses: Bool { line["lm"]?["model_type"] == "responses" }

    /// The arguments of `dspy.LM` that become options.
    var options: JSONObject {
        var options = line["lm"]?.object ?? [:]
        for key in ["model", "engine", "num_retries"] { options[key] = nil }
        return options
    }

    /// The request that an adapter would have made: what the body says, the schema without its strictness.
    func request() throws -> LMRequest {
        let body = try JSON(parsing: body, options: .python)
        var request = LMRequest(messages: (body["messages"]?.array ?? []).map(Self.message))
        if isResponses {
            request.messages = [LMMessage(role: "system", text: body["instructions"]?.string ?? "")]
            for item in body["input"]?.array ?? [] {
                let text = item["content"]?.array?.first?["text"]?.string ?? ""
                request.messages.append(LMMessage(role: item["role"]?.string ?? "", text: text))
            }
        }
        request.options["tools"] = body["tools"]
        if var format = body["response_format"]?.object {
            if var schema = format["json_schema"]?.object {
                schema["strict"] = nil
                format["json_schema"] = .object(schema)
            }
            request.options["response_format"] = .object(format)
        }
        return request
    }

    static func message(_ message: JSON) -> LMMessage {
        let content: LMMessage.Content =
            switch message["content"] {
            case .array(let parts): .parts(parts)
            case .string(let text): .text(text)
            default: .none
            }
        return LMMessage(role: message["role"]?.string ?? "", content: content)
    }

    /// The recorded cases of the default engine.
    static let all: [WireCase] = {
        golden("wire.jsonl").compactMap { line in
            guard let id = line["id"]?.string, id.hasPrefix("wire-auto") else { return nil }
            return WireCase(id: id, line: line)
        }
    }()

    /// The lines of a file of the recorded corpus.
    static func golden(_ name: String) -> [JSON] {
        let folder = #filePath.split(separator: "/").dropLast(2).joined(separator: "/")
        let lines = contents(of: "/" + folder + "/Golden/" + name).split(separator: UInt8(ascii: "\n"))
        return lines.compactMap { try? JSON(parsing: Array($0), options: .python) }
    }

    private static func contents(of path: String) -> [UInt8] {
        guard let file = fopen(path, "r") else { return [] }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = fread(&chunk, 1, chunk.count, file)
            if count == 0 { return bytes }
            bytes += chunk[..<count]
        }
    }
}
