import Console
import DSPy
import OrderedJSON

/// Prints a prediction: blocks for a person, JSON for a program, or one raw field.
struct PredictionPrinter {
    /// How a prediction is printed.
    enum Format: String, CaseIterable {
        case text, json, ndjson
    }

    let format: Format
    /// The path of the one field to print raw.
    let field: String?
    let terminal: Terminal

    /// The text, with its line end.
    func text(_ prediction: Prediction) throws -> String {
        if let field {
            var scope = Scope(prediction.fields)
            scope.enter(prediction, of: nil)
            guard let value = scope.value(at: field.split(separator: ".").map(String.init)) else {
                let names = prediction.fields.names
                throw Failure(
                    .usage,
                    "the prediction has no field `\(field)`; it has \(names.joined(separator: ", "))"
                        + Suggestion.hint(for: field, among: names))
            }
            return cleaned(Self.raw(value)) + "\n"
        }
        switch format {
        case .ndjson: return prediction.json.text(.python) + "\n"
        case .json: return prediction.json.text(.pythonIndented(2)) + "\n"
        case .text: return blocks(prediction.fields.members.map { ($0.key.pythonString, $0.value) }, "")
        }
    }

    private func blocks(_ fields: [(String, Value)], _ path: String) -> String {
        fields.map { name, value in
            let title = path + name
            if case .prediction(let inner) = value {
                return blocks(inner.fields.members.map { ($0.key.pythonString, $0.value) }, title + ".")
            }
            let text = cleaned(Self.raw(value))
            let isShort = !text.contains("\n")
            return "\(terminal.style.bold(title + ":"))\(isShort ? " " : "\n")\(text)\n"
        }.joined(separator: "")
    }

    private func cleaned(_ text: String) -> String { terminal.isTTY ? Terminal.sanitized(text) : text }

    private static func raw(_ value: Value) -> String {
        let json = value.plainJSON
        return json.string ?? json.text(.python)
    }
}
