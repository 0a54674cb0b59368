import DSPyProgram
import Platform
import Console
import DSPySpec

/// `fmt`: the canonical form of a program file.
enum FmtCommand: Command {
    static let table = FlagTable(
        name: "fmt", summary: "rewrite program files in their canonical form",
        discussion: [
            "Keys in one order, two spaces of indentation, short lists and objects on one line. Comments are kept. A file that "
                + "is already canonical is not touched."
        ],
        examples: [.init("", "dspy-swift fmt programs/*/program.json")],
        positionals: [
            Positional("FILE", isRepeated: true, help: "a program file or folder; `-` reads standard input and prints")
        ],
        flags: [
            Flag("check", help: "change nothing; exit with 1 when a file is not canonical"),
            Flag("stdout", help: "print the canonical form instead of writing the file"),
        ] + CommonFlags.talk)

    static func run(_ arguments: ParsedArguments) async throws {
        let messages = Messages(arguments)
        guard !arguments.positionals.isEmpty else { throw arguments.table.failure("which file?") }
        var files = FileRoles()
        for argument in arguments.positionals { files.add("a program", ProgramSource.file(argument), .read) }
        try files.check(arguments)
        var different: [String] = []
        var isBroken = false
        for argument in arguments.positionals {
            let isInput = argument == "-"
            let path = isInput ? argument : ProgramSource.file(argument)
            let bytes = isInput ? try FileReading.standardInput() : try ProgramSource.bytes(at: path)
            let formatted: String
            switch SpecFormatter.format(bytes, name: path) {
            case .success(let text): formatted = text
            case .failure(let diagnostic):
                // The other files are still done.
                try ProgramSource.tell([diagnostic], messages.terminal.style)
                isBroken = true
                continue
            }
            let isSame = Array(formatted.utf8) == bytes
            if arguments.bool("check") {
                if !isSame { different.append(path) }
            } else if isInput || arguments.bool("stdout") {
                try Output.standard.write(formatted)
            } else if !isSame {
                try FileWriting.replace(path, with: Array(formatted.utf8))
                messages.detail("\(path): rewritten")
            }
        }
        if isBroken { throw Failure(.data) }
        guard different.isEmpty else {
            throw Failure(.failed, "not in canonical form: \(different.joined(separator: ", "))")
        }
    }
}
