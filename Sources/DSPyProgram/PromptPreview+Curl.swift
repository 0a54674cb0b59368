import Basics
package import DSPyCore
import DSPyClients
package import DSPySpec
import OrderedJSON

extension PromptPreview {
    /// A curl command for each call, with the key, and other variables, as variables of the shell.
    package func curl(_ program: CheckedProgram, _ inputs: ValueDict) throws -> String {
        try calls(program, inputs).map { call in
            let target = try models.target(call.lm as? SketchedModel ?? models.sketch(LMSpec(model: call.model)))
            var command = "curl -sS \(ShellText.quoted(target.url)) \\\n  -H 'Content-Type: application/json' \\\n"
            let headers = target.headers(of: call.request)
            if let variable = target.keyVariable, !headers.contains(where: { $0.name.lowercased() == "authorization" })
            {
                command += "  -H \"\(target.keyHeader)$\(variable)\" \\\n"
            }
            for (name, value) in headers { command += "  -H \(Self.header(name, value)) \\\n" }
            let body = try target.body(for: call.request)
            return command + "  -d \(ShellText.quoted(String(decoding: body, as: UTF8.self)))\n"
        }.joined(separator: "\n")
    }

    /// A header as a word of the shell: `${env:NAME}` is a variable there too, a secret that is written out is hidden.
    private static func header(_ name: String, _ value: String) -> String {
        if !OptionVariables.isFilled(value) {
            let isSecret = SecretNames.isSecretField(name) || SecretNames.looksSecret(value)
            return ShellText.quoted("\(name): \(isSecret ? SecretOptions.mask : value)")
        }
        // Marks that no header holds keep the places of variables while the rest is quoted.
        let marked = OptionVariables.resolved("\(name): \(value)") { "\u{0}\($0)\u{1}" }
        var text = ""
        for character in marked.unicodeScalars {
            switch character {
            case "\u{0}": text += "${"
            case "\u{1}": text += "}"
            case "\"", "\\", "$", "`": text += "\\\(character)"
            default: text.unicodeScalars.append(character)
            }
        }
        return "\"\(text)\""
    }
}
