import DSPy
import DSPySpec

/// Draws the steps of a program and what flows between them.
enum ProgramGraph {
    /// A tree for people: each node with what it takes and gives.
    static func text(_ program: CheckedProgram) -> String {
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
        let sources = node.bindings.filter { $0.path != [$0.name] }
            .map { "\($0.name) from \($0.path.joined(separator: "."))" }
        let from = sources.isEmpty ? "" : " [\(sources.joined(separator: ", "))]"
        switch node.kind {
        case .predictor(let predictor):
            let lm = predictor.lm.map { " on \($0.model)" } ?? ""
            lines.append(
                "\(margin)\(name)\(predictor.module) \(list(node.inputs)) -> \(list(node.outputs))\(from)\(lm)")
        case .steps(let nodes):
            lines.append("\(margin)\(name)steps\(from)")
            for inner in nodes { describe(inner, indent: indent + 1, &lines) }
        case .branches(let nodes, let areNamed):
            lines.append("\(margin)\(name)parallel, outputs \(areNamed ? "by name" : "merged")\(from)")
            for inner in nodes { describe(inner, indent: indent + 1, &lines) }
        case .program(let program):
            lines.append("\(margin)\(name)program \(program.name)\(from)")
            describe(program.root, indent: indent + 1, &lines)
        }
    }

    /// A flowchart in Mermaid.
    static func mermaid(_ program: CheckedProgram) -> String {
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

    mutating func draw(_ program: CheckedProgram) -> String {
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
        case .predictor(let predictor):
            count += 1
            let box = "n\(count)"
            lines.append("    \(box)[\"\(node.name ?? predictor.module)\"]")
            for binding in node.bindings {
                if let from = visible[binding.name] { arrow(from, box, binding.path.joined(separator: ".")) }
            }
            return Dictionary(node.outputs.map { ($0.name, box) }, uniquingKeysWith: { first, _ in first })
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
        }
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
