import OrderedJSON

/// Files that people take for programs: YAML, Python, and what DSPy itself saves.
enum ForeignFile {
    /// What to do with a file that is no JSON, as far as its name and its first line tell what it is.
    static func help(_ name: String, _ bytes: [UInt8]) -> String? {
        let suffix = name.split(separator: ".").last?.lowercased() ?? ""
        let first = firstLine(bytes)
        if suffix == "py" || ["import ", "from ", "class ", "def "].contains(where: first.hasPrefix) {
            return "a program is a JSON file, not Python; `dspy-swift new` writes one from a signature"
        }
        guard ["yaml", "yml"].contains(suffix) || isYAML(first) else { return nil }
        return "a program is JSON, not YAML; convert it: yq -o json . FILE > program.json"
    }

    /// The first line that is neither blank nor a comment of YAML or Python.
    private static func firstLine(_ bytes: [UInt8]) -> String {
        let lines = bytes.prefix(4096).split(separator: 0x0A, maxSplits: 40)
        let found = lines.first { line in
            guard let start = line.first(where: { $0 != 0x20 && $0 != 0x09 && $0 != 0x0D }) else { return false }
            return start != 0x23
        }
        return found.map { String(decoding: $0, as: UTF8.self) } ?? ""
    }

    /// Whether a line is `---`, `- item` or `key: value`.
    private static func isYAML(_ line: String) -> Bool {
        if line.hasPrefix("---") || line.hasPrefix("- ") { return true }
        let key = line.prefix { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "-" }
        let rest = line.dropFirst(key.count)
        return !key.isEmpty && rest.hasPrefix(":") && (rest.count == 1 || rest.dropFirst().first?.isWhitespace == true)
    }

    /// What to say of an object that is what `program.save` writes; nil for any other.
    static func complaint(_ object: PositionedObject) -> (message: String, help: String)? {
        let isState = { (value: PositionedJSON?) in
            guard let value, value.object != nil else { return false }
            return value["traces"]?.array != nil && value["train"]?.array != nil && value["demos"]?.array != nil
        }
        let predictors = object.members.filter { isState($0.value) }.map(\.key)
        let isOne = object["traces"]?.value.array != nil && object["train"]?.value.array != nil
        guard isOne || !predictors.isEmpty else { return nil }
        let places = isOne ? "it" : predictors.prefix(3).map { "`\($0)`" }.joined(separator: ", ")
        return (
            "this is the state of a program as DSPy's `save` writes it; it holds demos and instructions, but not the program",
            "write the program: {\"signature\": \"question -> answer\", \"instructions\": …, \"demos\": […]}, with `demos` and "
                + "`signature.instructions` of \(places)"
        )
    }
}
