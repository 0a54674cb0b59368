import Console
import DSPyProgram
import DSPySpec
import Platform

extension ProgramSource {
    /// The program, with its warnings told.
    ///
    /// - Parameters:
    ///   - roles: Gets the files that the program is made of.
    ///   - details: What flags say of a signature.
    ///   - named: Notes the files that are read.
    /// - Throws: `Failure` after all findings are on standard error.
    static func load(
        _ argument: String, _ messages: Messages, _ roles: inout FileRoles,
        _ details: SignatureDetails = SignatureDetails(), noting named: NamedFiles = NamedFiles()
    ) throws -> CheckedProgram {
        let outcome = try outcome(argument, named, details: details)
        let isBroken = outcome.program == nil
        if isBroken || !messages.isQuiet { try tell(outcome.diagnostics, more: outcome.more, messages.terminal.style) }
        guard let program = outcome.program else { throw Failure(.data) }
        roles.add(program, named: named.paths)
        return program
    }

    /// Findings on standard error, as compilers print them.
    static func tell(_ diagnostics: [SpecDiagnostic], more: Int = 0, _ style: TextStyle) throws {
        for diagnostic in diagnostics {
            let text = Terminal.escaped(diagnostic.description)
            let lines = text.split(separator: "\n", maxSplits: 1, omittingEmptySubsequences: false)
            let isError = diagnostic.severity == .error
            let head = isError ? style.red(style.bold(String(lines[0]))) : style.yellow(String(lines[0]))
            try Output.error.write(drawn: head + (lines.count > 1 ? "\n" + lines[1] : "") + "\n")
        }
        if more > 0 { try Output.error.writeLine("… and \(more) more") }
    }
}
