import Basics
package import DSPyCore
import DSPyClients
package import DSPySpec
import OrderedJSON

extension PromptPreview {
    /// A curl command for each call, with the key as a variable of the shell.
    package func curl(_ program: CheckedProgram, _ inputs: ValueDict) throws -> String {
        try calls(program, inputs).map { call in
            let target = try models.target(call.model)
            let body = try OpenAIChatDialect().body(for: call.request, model: target.model, defaults: target.defaults)
            var command = "curl -sS \(ShellText.quoted(target.url)) \\\n  -H 'Content-Type: application/json' \\\n"
            if let variable = target.keyVariable { command += "  -H \"Authorization: Bearer $\(variable)\" \\\n" }
            return command + "  -d \(ShellText.quoted(String(decoding: body, as: UTF8.self)))\n"
        }.joined(separator: "\n")
    }
}
