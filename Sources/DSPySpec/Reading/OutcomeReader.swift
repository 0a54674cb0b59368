import DSPyCore
import OrderedJSON

/// Reads what a program returns, and what its tests expect.
struct OutcomeReader {
    let source: SpecSource
    let collector: DiagnosticCollector

    /// What `outputs` selects; nil when the file has none.
    func outputs(_ object: PositionedObject) -> [ProgramSpec.Output]? {
        guard let value = object["outputs"]?.value else { return nil }
        var outputs: [ProgramSpec.Output] = []
        if let items = value.array {
            for item in items {
                guard let text = item.string else {
                    collector.wrongKind("outputs", "a list of names", item, in: source)
                    continue
                }
                let path = SpecPath.parts(of: text)
                let name = path[path.count - 1]
                if outputs.contains(where: { $0.name.hasSameBytes(as: name) }) {
                    collector.error(
                        .nameClash, "two outputs are called `\(name)`",
                        help: "name them: {\"outputs\": {\"first\": \"\(text)\", …}}", at: item.range, in: source)
                }
                outputs.append(.init(name: name, path: path, range: item.range))
            }
        } else if let named = value.object {
            for member in named.members {
                guard let path = member.value.string else {
                    collector.wrongKind("outputs.\(member.key)", "a path", member.value, in: source)
                    continue
                }
                outputs.append(.init(name: member.key, path: SpecPath.parts(of: path), range: member.value.range))
            }
        } else {
            collector.wrongKind("outputs", "a list of names, or an object of name and path", value, in: source)
            return nil
        }
        if value.array?.isEmpty ?? value.members.isEmpty {
            collector.error(
                .shape, "`outputs` is empty", help: "leave it out for the outputs of the last step", at: value.range,
                in: source)
        }
        return outputs
    }

    /// The tests that can be read.
    func tests(_ object: PositionedObject) -> [ProgramSpec.Test] {
        guard let value = object["tests"]?.value else { return [] }
        guard let items = value.array else {
            collector.wrongKind("tests", "a list of objects with `inputs` and `expect`", value, in: source)
            return []
        }
        return items.compactMap(test)
    }

    private func test(_ item: PositionedJSON) -> ProgramSpec.Test? {
        guard let test = item.object else {
            collector.wrongKind("tests", "a list of objects with `inputs` and `expect`", item, in: source)
            return nil
        }
        for member in test.members where member.key != "inputs" && member.key != "expect" {
            collector.error(
                .unknownKey, "a test has no key `\(member.key)`",
                help: DiagnosticCollector.meant(member.key, ["inputs", "expect"]), at: member.keyRange, in: source)
        }
        guard let given = test["inputs"]?.value, let expect = test["expect"]?.value else {
            collector.error(
                .shape, "a test needs an object `inputs` and an expression `expect`", at: item.range, in: source)
            return nil
        }
        guard let inputs = given.object else {
            collector.wrongKind("inputs", "an object", given, in: source)
            return nil
        }
        guard let text = expect.string else {
            collector.wrongKind("expect", "an expression in a string", expect, in: source)
            return nil
        }
        guard let expression = ExpressionSpec(expect, source, collector) else { return nil }
        return ProgramSpec.Test(
            inputs: given.json.object ?? [:], expect: text, range: given.range,
            inputRanges: inputs.members.map { ($0.key, $0.keyRange) }, expression: expression)
    }
}

/// The paths of `in` and `outputs`.
enum SpecPath {
    /// `step.field` as its names; at least one.
    static func parts(of path: String) -> [String] { PythonString.split(path, at: ".") }
}
