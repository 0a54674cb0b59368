import Basics
import OrderedJSON
import TestSupport

/// Makes random programs that load without a finding, and writes them in random ways.
struct RandomSpec {
    private var generator: SeededGenerator
    private var count = 0
    /// Merged branches may not both give a reasoning.
    private var isReasoning = false
    /// Whether a node needs the tools of the header.
    private var usesTools = false
    /// The comments written so far, each different.
    private(set) var comments: [String] = []

    init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

    private mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &generator) < percent }

    private mutating func name() -> String {
        count += 1
        return ["f", "naïve", "売上", "step_", "program", "name", "fields"].randomElement(using: &generator).map {
            "\($0)\(count)"
        } ?? "f\(count)"
    }

    // MARK: Programs

    /// A program as JSON, keys in a random order.
    mutating func program() -> JSON {
        isReasoning = chance(50)
        guard !chance(5) else { return .string("question -> answer") }
        var members = node(depth: 0).object?.members ?? [(key: "signature", value: .string("q -> a"))]
        if chance(40) { members.append(("description", .string(text()))) }
        if chance(30) { members.append(("lms", ["cheap": "openai/x", "good": ["model": "openai/y", "seed": 1]])) }
        if chance(30) { members.append(("settings", ["num_retries": 5, "track_usage": true])) }
        if chance(40) { members.append(("types", types())) }
        if usesTools { members.append(("tools", tools())) }
        members.removeAll { $0.key == "in" }
        return .object(JSONObject(members.shuffled(using: &generator)))
    }

    private mutating func types() -> JSON {
        var fields = JSONObject()
        for key in ["steps", "name", "kind", "signature", "x"].shuffled(using: &generator) {
            fields[key] = chance(50) ? "str" : ["type": "int | None", "desc": .string(text()), "default": nil, "ge": 0]
        }
        return ["Colour": ["red", "dark blue"], "Thing": .object(fields)]
    }

    private mutating func node(depth: Int) -> JSON {
        let kind = depth > 3 ? 0 : Int.random(in: 0..<13, using: &generator)
        var members: [JSONObject.Member] = []
        switch kind {
        case 4:
            members.append(
                ("steps", .array((0..<Int.random(in: 1...4, using: &generator)).map { _ in node(depth: depth + 1) })))
        case 5:
            let nodes = (0..<Int.random(in: 1...3, using: &generator)).map { _ in node(depth: depth + 1) }
            if !isReasoning {
                members.append(("parallel", .array(nodes)))
            } else {
                members.append(("parallel", .object(JSONObject(nodes.map { (name(), $0) }))))
            }
        case 6: members += choice(depth)
        case 7:
            members += [("if", .string("\(name()) > 1 or \(name()) in ['a', 'b']")), ("then", node(depth: depth + 1))]
            if chance(50) { members.append(("else", node(depth: depth + 1))) }
        case 8: members += map(depth)
        case 9:
            members += [
                ("loop", node(depth: depth + 1)), ("max", 3),
                (chance(50) ? "until" : "while", .string("len(\(name())) == 0")),
            ]
        case 10:
            members += [("module", "BestOfN"), ("of", node(depth: depth + 1)), ("n", 3), ("reward", "1 - 0.5")]
            if chance(50) { members.append(("threshold", 0.5)) }
        case 12:
            let vote = name()
            members += [("module", "Majority"), ("of", .string("\(name()) -> \(vote), \(name())")), ("n", 3)]
            if chance(50) { members.append(("field", .string(vote))) }
        case 11:
            usesTools = true
            members += [("tool", "grep"), ("as", .string(name()))]
            // Paths that resemble no step's name, which would be taken for a misspelling.
            count += 1
            let (pattern, limit) = ("argument_of_\(count)", "other_argument_\(count)")
            members.append(
                ("with", ["pattern": .string(pattern), "limit": chance(50) ? ["value": 5] : .string(limit)]))
        default:
            let (input, output) = (name(), name())
            let signature = JSON.string("\(input), \(name()): list[int] -> \(output)")
            if chance(30), depth > 0 { return signature }
            members.append(("signature", signature))
            if chance(30) {
                members.append(("instructions", chance(50) ? .string(text()) : .array([.string(text()), ""])))
            }
            if chance(30) {
                members.append(
                    ("fields", .object([input: .string(text()), output: ["desc": .string(text()), "ge": 1.5]])))
            }
            if chance(30) { members.append(("demos", .array([.object([output: .string(text()), input: 1e300])]))) }
            if chance(20) { members.append(("n", 3)) }
        }
        if chance(30) { members.append(("name", .string(name()))) }
        if chance(10) { members.append(("title", .string("A " + name()))) }
        if chance(20) { members.append(("lm", ["model": "openai/x", "temperature": 0.5, "stop": ["a", "b"]])) }
        if chance(20) { members.append(("config", ["temperature": 0, "top_p": 1e-7, "logit_bias": [:]])) }
        if chance(10) { members.append(("timeout", 2.5)) }
        if chance(10) { members.append(("retry", chance(50) ? 2 : ["attempts": 1, "wait": 0])) }
        if chance(10) {
            let other = JSON.string("\(name()) -> \(name())")
            members.append(("fallback", chance(50) ? "openai/x" : other))
        }
        if isReasoning, chance(40), kind != 10, kind != 12 { members.append(("module", module(kind))) }
        if chance(20) { members.append(("adapter", ["type": "chat", "use_json_adapter_fallback": false])) }
        return .object(JSONObject(members.shuffled(using: &generator)))
    }

    /// A module of the signatures inside; where tools may be called, perhaps an agent.
    private mutating func module(_ kind: Int) -> JSON {
        guard kind < 4, chance(30) else { return "ChainOfThought" }
        usesTools = true
        return ["ReAct", "CodeAct", "RLM"].randomElement(using: &generator) ?? "ReAct"
    }

    private mutating func tools() -> JSON {
        [
            "grep": [
                "description": .string(text()), "args": ["pattern": "str", "limit": "int = 20"],
                "command": ["rg", "-m", "{limit}", "--", "{pattern}"], "timeout": 5,
            ]
        ]
    }

    private mutating func choice(_ depth: Int) -> [JSONObject.Member] {
        let labels = ["low", "in progress", "é", "steps"].prefix(Int.random(in: 1...4, using: &generator))
        var members: [JSONObject.Member] = [
            ("switch", .string(name())),
            ("cases", .object(JSONObject(labels.map { ($0, node(depth: depth + 1)) }))),
        ]
        if chance(40) { members.append(("else", node(depth: depth + 1))) }
        return members
    }

    private mutating func map(_ depth: Int) -> [JSONObject.Member] {
        let (item, output) = (name(), name())
        let inner: JSON =
            chance(50)
            ? .string("\(item), \(name()) -> \(output)")
            : ["steps": [node(depth: depth + 1), .string("\(item): str -> \(output)")]]
        var members: [JSONObject.Member] = [
            ("for_each", .string(name())), ("as", .string(item)), ("do", inner),
            ("collect", .object(JSONObject([(name(), .string(output))]))),
        ]
        if chance(30) { members.append(("concurrency", 3)) }
        if chance(30) { members.append(("on_error", "skip")) }
        return members
    }

    private mutating func text() -> String {
        let parts = [
            "a", " long text", "\"quoted\"", "\\", "\n", "// no comment", "/* nor this */", "é", "e\u{301}", "😀",
            "\u{1}", "\u{2028}",
        ]
        return (0..<Int.random(in: 0..<6, using: &generator)).map { _ in parts.randomElement(using: &generator) ?? "" }
            .joined()
    }

    // MARK: Texts

    /// A value with white space, commas at ends and comments wherever they may stand.
    mutating func written(_ json: JSON) -> String { gap() + value(json) + gap() }

    private mutating func value(_ json: JSON) -> String {
        switch json {
        case .object(let object):
            let members = object.members.map {
                "\(gap())\(JSON.string($0.key).text())\(gap()):\(gap())\(value($0.value))\(gap())"
            }
            return "{" + members.joined(separator: ",") + (!members.isEmpty && chance(20) ? "," : "") + gap() + "}"
        case .array(let items):
            let items = items.map { "\(gap())\(value($0))\(gap())" }
            return "[" + items.joined(separator: ",") + (!items.isEmpty && chance(20) ? "," : "") + gap() + "]"
        default: return json.text(chance(50) ? .compact : .pythonASCII)
        }
    }

    private mutating func gap() -> String {
        switch Int.random(in: 0..<20, using: &generator) {
        case 0..<8: return ""
        case 8..<13: return " "
        case 13, 14: return "\n  "
        case 15: return "\r\n\t"
        case 16: return comment("/* c\(comments.count) */")
        case 17: return comment("/* c\(comments.count)\n * \" , { */") + "\n"
        case 18: return "\n" + comment("// c\(comments.count) \" /* [") + "\n"
        default: return " " + comment("// c\(comments.count)") + "\n"
        }
    }

    private mutating func comment(_ text: String) -> String {
        comments.append(text)
        return text
    }
}
