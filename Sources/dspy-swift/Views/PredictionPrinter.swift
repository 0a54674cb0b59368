import Platform
import Basics
import Console
import DSPyCore
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

    /// The text, with its line end; what is for a terminal holds nothing from outside that one would obey.
    func text(_ prediction: Prediction) throws -> String {
        if let field {
            var scope = Scope(prediction.fields)
            scope.enter(prediction, of: nil)
            guard let value = scope.value(at: field.split(separator: ".").map(String.init)) else {
                let names = prediction.fields.names
                throw Failure(
                    .usage,
                    "the prediction has no field `\(field)`; it has \(names.joined(separator: ", "))"
                        + Spelling.hint(for: field, among: names))
            }
            return escaped(Self.raw(value)) + "\n"
        }
        switch format {
        case .ndjson: return escaped(prediction.json.text(.python)) + "\n"
        case .json: return escaped(prediction.json.text(.pythonIndented(2))) + "\n"
        case .text: return text(of: blocks(prediction.fields))
        }
    }

    /// One block for each field: on one line where it fits the terminal, else under its title with an empty line around.
    private func text(of fields: [(title: String, text: String)]) -> String {
        var (shown, wasLong) = ("", false)
        for (title, text) in fields {
            let fits = !terminal.isTTY || DisplayWidth.of("\(title): \(text)") <= terminal.columns
            let isLong = text.contains("\n") || !fits
            if terminal.isTTY, !shown.isEmpty, isLong || wasLong { shown += "\n" }
            shown += "\(terminal.style.bold(title + ":"))\(isLong ? "\n" : " ")\(text)\n"
            wasLong = isLong
        }
        return shown
    }

    /// The fields with their titles; those of a branch have its name before theirs.
    private func blocks(_ fields: ValueDict, _ path: String = "") -> [(title: String, text: String)] {
        fields.members.flatMap { key, value in
            let title = path + escaped(key.pythonString)
            if case .prediction(let inner) = value { return blocks(inner.fields, title + ".") }
            return [(title, escaped(Self.raw(value)))]
        }
    }

    private func escaped(_ text: String) -> String { terminal.isTTY ? Terminal.escaped(text) : text }

    private static func raw(_ value: Value) -> String {
        let json = value.plainJSON
        return json.string ?? json.text(.python)
    }
}
