import OrderedJSON

/// Python code as a model wrote it, taken out of its answer.
enum GeneratedCode {
    /// The code to run, or why there is none; with an error comes what the model wrote.
    ///
    /// - Source: dspy/predict/program_of_thought.py (3.4.1), `_parse_code`.
    static func parsed(_ answer: String) -> (code: String, error: String?) {
        let first = PythonString.pieces(of: answer, around: "---").first ?? ""
        let code = PythonString.pieces(of: first, around: "\n\n\n").first ?? ""
        var block = fenced(code) ?? code
        if block.isEmpty { return (code, "Error: Empty code after parsing.") }
        let lines = PythonString.split(block, at: "\n")
        if lines.count == 1, block.utf8.count(where: { $0 == UInt8(ascii: "=") }) > 1 {
            return (code, "Error: Code format is not correct.")
        }
        // A program that ends in an assignment is meant to give its value.
        if let name = assigned(PythonString.strip(lines.last ?? "")) { block += "\n" + name }
        return (block, nil)
    }

    /// Python's ```` ```python[ \n](.*?)[ \n]```? ````, dot matching line ends.
    private static func fenced(_ text: String) -> String? {
        let scalars = Array(text.unicodeScalars)
        let opening = Array("```python".unicodeScalars)
        func isGap(_ place: Int) -> Bool { place < scalars.count && (scalars[place] == " " || scalars[place] == "\n") }
        for start in scalars.indices where scalars[start...].starts(with: opening) && isGap(start + opening.count) {
            let body = start + opening.count + 1
            var end = body
            while end + 2 < scalars.count {
                if isGap(end), scalars[end + 1] == "`", scalars[end + 2] == "`" {
                    return String(String.UnicodeScalarView(scalars[body..<end]))
                }
                end += 1
            }
        }
        return nil
    }

    /// The name in `name = …`, or in a comparison that starts so, as DSPy's pattern finds it.
    private static func assigned(_ line: String) -> String? {
        let scalars = line.unicodeScalars
        let name = scalars.prefix { PythonString.isIdentifierPart($0) }
        guard !name.isEmpty else { return nil }
        let rest = scalars[name.endIndex...].drop(while: PythonString.isSpace)
        return rest.first == "=" ? String(name) : nil
    }

    /// The code without Markdown fences.
    ///
    /// - Throws: `CodeExecutionError` for a fence of another language.
    /// - Source: dspy/predict/rlm.py (3.4.1), `_strip_code_fences`.
    static func withoutFences(_ text: String) throws(CodeExecutionError) -> String {
        var code = PythonString.strip(text)
        guard PythonString.contains(code, "```") else { return code }
        var lines = PythonString.splitLines(code)
        while lines.count >= 2, PythonString.strip(lines[0]).hasSameBytes(as: "```"),
            PythonString.strip(lines[lines.count - 1]).hasSameBytes(as: "```")
        {
            lines.removeFirst()
            lines.removeLast()
        }
        code = PythonString.strip(lines.joined(separator: "\n"))
        let pieces = PythonString.pieces(of: code, around: "```")
        guard pieces.count > 1 else { return code }
        let behind = pieces.dropFirst().joined(separator: "```")
        let parts = PythonString.split(behind, at: "\n")
        guard parts.count > 1 else { return code }
        let language =
            PythonString.strip(parts[0]).split(whereSeparator: \.isWhitespace).first.map { $0.lowercased() } ?? ""
        guard ["python", "py", "python3", "py3", ""].contains(language) else {
            throw CodeExecutionError(
                "Expected Python code but got ```\(language) fence. Write Python code, not \(language).",
                isSyntaxError: true)
        }
        let remainder = parts.dropFirst().joined(separator: "\n")
        return PythonString.strip(PythonString.pieces(of: remainder, around: "```").first ?? "")
    }
}

extension CodeInterpreter {
    /// Runs code; what it gave as JSON, or the error's text.
    ///
    /// - Source: dspy/predict/program_of_thought.py (3.4.1), `_execute_code`.
    func run(_ code: String) async throws -> (output: String?, error: String?) {
        guard !code.isEmpty else { return (nil, "Error: Empty code before execution.") }
        do {
            let result: Value
            switch try await execute(code, variables: [:]) {
            case .output(let value), .submitted(let value): result = value
            }
            return (result.json.text(.pythonASCII), nil)
        } catch let error as CodeExecutionError {
            return (nil, "\(error)")
        }
    }
}
