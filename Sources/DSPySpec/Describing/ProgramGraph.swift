import Basics
import DSPyCore

/// Draws the steps of a program and what flows between them.
package enum ProgramGraph {
    /// A tree for people: each node with what it takes and gives.
    package static func text(_ program: CheckedProgram) -> String {
        var lines = ["\(program.name): \(list(program.inputs)) -> \(list(program.outputs))"]
        describe(program.root, indent: 1, &lines)
        return lines.joined(separator: "\n") + "\n"
    }

    private static func list(_ ports: [Port]) -> String {
        ports.map { "\($0.name): \($0.typeName)" }.joined(separator: ", ")
    }

    private static func describe(_ node: CheckedNode, indent: Int, _ lines: inout [String]) {
        let margin = String(repeating: "  ", count: indent)
        let name = node.name.map { "\($0): " } ?? ""
        let sources = node.bindings.filter { $0.path.joined(separator: ".") != $0.name }
            .map { "\($0.name) from \($0.path.joined(separator: "."))" }
        let from = sources.isEmpty ? "" : " [\(sources.joined(separator: ", "))]"
        let head = "\(margin)\(name)\(title(of: node))\(from)\(tail(of: node))\(guards(of: node))"
        lines.append(head)
        if case .program(let program) = node.kind { describe(program.root, indent: indent + 1, &lines) }
        for (label, inner) in node.children {
            guard isLabelled(node) || label == "fallback" else {
                describe(inner, indent: indent + 1, &lines)
                continue
            }
            lines.append("\(margin)  \(label):")
            describe(inner, indent: indent + 2, &lines)
        }
    }

    /// Whether the nodes inside play different parts, so that their names say something.
    private static func isLabelled(_ node: CheckedNode) -> Bool {
        switch node.kind {
        case .steps, .branches: false
        default: true
        }
    }

    private static func title(of node: CheckedNode) -> String {
        switch node.kind {
        case .predictor(let predictor):
            return "\(predictor.module.rawValue) \(list(node.inputs)) -> \(list(node.outputs))"
        case .steps: return "steps"
        case .branches(_, let areNamed): return "parallel, outputs \(areNamed ? "by name" : "merged")"
        case .switched(let choice): return "switch \(choice.path.joined(separator: "."))"
        case .conditional(let condition, _, _): return "if \(condition.text)"
        case .forEach(let map):
            let kept = map.kept.map { " collecting \($0.joined(separator: "."))" } ?? ""
            return "for each \(map.item) of \(map.list.joined(separator: ".")), \(map.concurrency) at once,"
                + "\(kept) -> \(list(node.outputs))"
        case .loop(let loop):
            let rounds = "\(loop.max) round\(loop.max == 1 ? "" : "s")"
            let gathered = loop.gather.isEmpty ? "" : ", gathering \(loop.gather.map(\.name).joined(separator: ", "))"
            guard let condition = loop.condition else { return "loop, \(rounds)\(gathered)" }
            return "loop \(loop.isUntil ? "until" : "while") \(condition.text), at most \(rounds)\(gathered)"
        case .attempts(let attempts):
            let count = attempts.count.map { " of \($0)" } ?? ""
            return
                "\(attempts.module.rawValue)\(count)\((attempts.reward?.text ?? attempts.field).map { " by \($0)" } ?? "")"
        case .tool(let call):
            let named = node.inputs.filter { !$0.isImplied }
            return "tool \(call.tool.shown) \(list(named)) -> \(list(node.outputs))"
        case .program(let program): return "program \(program.name)"
        }
    }

    /// The model and the tools of a module call.
    private static func tail(of node: CheckedNode) -> String {
        guard case .predictor(let predictor) = node.kind else { return "" }
        let lm = predictor.lm.map { " on \($0.model)" } ?? ""
        let tools = predictor.tools.isEmpty ? "" : " with \(predictor.tools.map(\.shown).joined(separator: ", "))"
        return lm + tools
    }

    private static func guards(of node: CheckedNode) -> String {
        var parts: [String] = []
        if let seconds = node.guards.timeout {
            parts.append("at most \(seconds == seconds.rounded() ? "\(Int(saturating: seconds))" : "\(seconds)") s")
        }
        if let retry = node.guards.retry {
            parts.append("tried again \(retry.attempts == 1 ? "once" : "\(retry.attempts) times")")
        }
        if case .lm(let lm)? = node.guards.fallback { parts.append("else on \(lm.model)") }
        return parts.isEmpty ? "" : " (\(parts.joined(separator: ", ")))"
    }

    /// A flowchart in Mermaid.
    package static func mermaid(_ program: CheckedProgram) -> String {
        var drawing = MermaidDrawing()
        return drawing.draw(program)
    }
}

/// Builds a Mermaid flowchart: a box for each module call, an arrow for each value.
private struct MermaidDrawing {
    private var lines = ["flowchart LR"]
    private var count = 0

    /// Which box gives a value.
    private typealias Sources = [String: String]

    package mutating func draw(_ program: CheckedProgram) -> String {
        lines.append("    in([inputs])")
        var sources: Sources = [:]
        for port in program.inputs { sources[port.name] = "in" }
        let given = draw(program.root, sources)
        lines.append("    out([outputs])")
        for port in program.outputs {
            let path = program.selected?.first { $0.name == port.name }?.path ?? [port.name]
            if let box = given[path.joined(separator: ".")] ?? given[path[0]] ?? sources[path[0]] {
                arrow(box, "out", port.name)
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private mutating func arrow(_ from: String, _ to: String, _ value: String) {
        let line = "    \(from) -->|\(value)| \(to)"
        if !lines.contains(line) { lines.append(line) }
    }

    /// Draws a node and returns which box gives each of its outputs.
    private mutating func draw(_ node: CheckedNode, _ sources: Sources) -> Sources {
        var visible = sources
        for binding in node.bindings {
            let path = binding.path.joined(separator: ".")
            if let box = sources[path] ?? sources[binding.path[0]] { visible[binding.name] = box }
        }
        switch node.kind {
        case .predictor(let predictor): return box("[\"\(node.name ?? predictor.module.rawValue)\"]", node, visible)
        case .steps(let nodes):
            var given: Sources = [:]
            for inner in nodes {
                given = draw(inner, visible)
                enter(given, inner, &visible)
            }
            return visible.merging(given) { $1 }
        case .branches(let nodes, let areNamed):
            var all: Sources = [:]
            for inner in nodes {
                let given = draw(inner, visible)
                guard areNamed, let name = inner.name else {
                    all.merge(given) { $1 }
                    continue
                }
                for (field, box) in given where inner.outputs.contains(where: { $0.name == field }) {
                    all["\(name).\(field)"] = box
                    all[name] = box
                }
            }
            return all
        case .program(let program): return draw(program.root, visible)
        case .tool(let call): return box("[[\"\(node.name ?? call.tool.shown)\"]]", node, visible)
        case .switched(let choice):
            return decision("switch \(choice.path.joined(separator: "."))", choice.path, node, visible)
        case .conditional(let condition, _, _):
            return decision(
                "if \(condition.text.replacing("\"", with: "'"))", condition.paths.first?.parts ?? [], node, visible)
        case .forEach(let map):
            visible[map.item] = visible[map.list.joined(separator: ".")] ?? visible[map.list[0]]
            let given = draw(map.body, visible)
            return fill([:], node) {
                map.kept.flatMap { given[$0.joined(separator: ".")] } ?? given.values.sorted().last
            }
        case .loop(let loop):
            var given = draw(loop.body, visible)
            for list in loop.gather {
                given[list.name] = given[list.path.joined(separator: ".")] ?? given[list.path[0]]
            }
            return given
        case .attempts(let attempts): return draw(attempts.body, visible)
        }
    }

    /// A box that takes the node's inputs and gives its outputs.
    private mutating func box(_ shape: String, _ node: CheckedNode, _ visible: Sources) -> Sources {
        count += 1
        let box = "n\(count)"
        lines.append("    \(box)\(shape)")
        for binding in node.bindings {
            if let from = visible[binding.name] { arrow(from, box, binding.path.joined(separator: ".")) }
        }
        return Dictionary(node.outputs.map { ($0.name, box) }, uniquingKeysWith: { first, _ in first })
    }

    /// A diamond with an arrow to the first box of each branch.
    private mutating func decision(_ title: String, _ path: [String], _ node: CheckedNode, _ visible: Sources)
        -> Sources
    {
        count += 1
        let diamond = "n\(count)"
        lines.append("    \(diamond){\"\(title)\"}")
        let name = path.joined(separator: ".")
        if let from = visible[name] ?? path.first.flatMap({ visible[$0] }) { arrow(from, diamond, name) }
        var all: Sources = [:]
        for (label, inner) in node.children where label != "fallback" {
            let first = count + 1
            let given = draw(inner, visible)
            if count >= first { arrow(diamond, "n\(first)", label.replacing("\"", with: "'")) }
            all.merge(given) { $1 }
        }
        return all
    }

    /// All outputs of a node from one box.
    private func fill(_ given: Sources, _ node: CheckedNode, _ box: () -> String?) -> Sources {
        var all = given
        if let box = box() { for output in node.outputs { all[output.name] = box } }
        return all
    }

    private func enter(_ given: Sources, _ node: CheckedNode, _ visible: inout Sources) {
        for (field, box) in given {
            visible[field] = box
            if let name = node.name {
                visible["\(name).\(field)"] = box
                visible[name] = box
            }
        }
    }
}

extension CheckedToolUse {
    /// `grep`, `files.read_file`.
    fileprivate var shown: String { member.map { "\(tool).\($0)" } ?? tool }
}
