import DSPyCore
import OrderedJSON
import TestSupport
import Testing

/// Every recorded case of the reference; one test per file.
@Suite struct Conformance {
    @Test("signatures.jsonl: fields, types, prefixes, instructions and refusals equal DSPy's")
    func signatures() throws {
        guard let cases = try Golden.cases("signatures.jsonl") else { return }
        var tally = Tally(file: "signatures.jsonl")
        for entry in cases { tally.add(entry.id, Self.signatureProblems(entry)) }
        tally.report()
    }

    @Test(
        "prompts and predictions of an adapter equal DSPy's",
        arguments: ["chat_prompts.jsonl", "json_prompts.jsonl", "xml_prompts.jsonl", "other_adapters.jsonl"])
    func prompts(file: String) async throws {
        guard let cases = try Golden.cases(file) else { return }
        var tally = Tally(file: file)
        for entry in cases { tally.add(entry.id, await RecordedRun(entry).problems()) }
        tally.report()
    }

    @Test("modules.jsonl: every module runs as in DSPy")
    func modules() async throws {
        guard let cases = try Golden.cases("modules.jsonl") else { return }
        var tally = Tally(file: "modules.jsonl")
        for entry in cases where entry["program"]?["module"] != "batch" {
            tally.add(entry.id, await RecordedRun(entry).problems())
        }
        tally.report()
    }

    @Test("agents.jsonl: agents, code and advice run as in DSPy")
    func agents() async throws {
        guard let cases = try Golden.cases("agents.jsonl") else { return }
        var tally = Tally(file: "agents.jsonl")
        for entry in cases { tally.add(entry.id, await RecordedRun(entry).problems()) }
        tally.report()
    }

    @Test("parse.jsonl: answers are read as DSPy reads them")
    func parse() throws {
        guard let cases = try Golden.cases("parse.jsonl") else { return }
        var tally = Tally(file: "parse.jsonl")
        for entry in cases { tally.add(entry.id, Self.parseProblems(entry)) }
        tally.report()
    }

    private static func signatureProblems(_ entry: JSON) -> [String] {
        do {
            let signature = try RecordedProgram(entry).signature()
            guard entry["ok"] == true else { return ["accepted, but DSPy raises \(entry["error"]?.text() ?? "")"] }
            let fields = signature.fields.map { field -> JSON in
                [
                    "name": .string(field.name), "kind": .string(field.kind.rawValue), "type": .string(field.type.name),
                    "prefix": .string(field.prefix), "desc": .string(field.description),
                    "type_undefined": .bool(field.isTypeUndefined),
                ]
            }
            let expected = (entry["fields"]?.array ?? []).map { field -> JSON in
                var object = field.object ?? [:]
                object["python_type"] = nil
                return .object(object)
            }
            return [
                Tally.difference("fields", expected: .array(expected), found: .array(fields)),
                Tally.difference(
                    "instructions", expected: entry["instructions"] ?? .null, found: .string(signature.instructions)),
                Tally.difference(
                    "signature", expected: entry["signature_property"] ?? .null, found: .string(signature.signature)),
            ].compactMap { $0 }
        } catch let error as SignatureError {
            let expected = entry["error"]?["class"]?.string
            return expected == error.kind.rawValue
                ? [] : ["\(error.kind.rawValue): \(error); DSPy: \(expected ?? "accepts")"]
        } catch {
            return ["\(error)"]
        }
    }

    private static func parseProblems(_ entry: JSON) -> [String] {
        do {
            let signature = try RecordedProgram(entry["program"] ?? .null).promptSignature()
            let adapter = try RecordedRun.adapter(entry, extraction: nil)
            let fields = try adapter.parse(signature, entry["completion"]?.string ?? "")
            guard entry["ok"] == true else {
                return ["read as \(Value.dict(fields).pythonRepr), but DSPy raises \(entry["error"]?.text() ?? "")"]
            }
            let types = JSONObject(fields.members.map { ($0.key.pythonString, .string($0.value.pythonTypeName)) })
            return [
                Tally.difference(
                    "values", expected: entry["values"] ?? .null, found: RecordedRun.comparable(.dict(fields))),
                Tally.difference("python_types", expected: entry["python_types"] ?? .null, found: .object(types)),
            ].compactMap { $0 }
        } catch let error as AdapterParseError {
            let expected = entry["error"]?["class"]?.string
            return expected == "AdapterParseError"
                ? [] : ["\(error); DSPy: \(entry["values"]?.text() ?? expected ?? "")"]
        } catch {
            return ["\(error)"]
        }
    }
}

extension JSON {
    var id: String { self["id"]?.string ?? "?" }
}
