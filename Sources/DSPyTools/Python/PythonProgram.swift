import Platform
/// Finds Python itself.
enum PythonProgram {
    /// The path of a Python; of several in `PATH` the first that is a program and not a script that starts one.
    ///
    /// Such scripts (pyenv's) need settings that the interpreter's empty environment does not have.
    static func find(_ name: String) -> String? {
        guard let first = Executable.find(name) else { return nil }
        guard !name.utf8.contains(UInt8(ascii: "/")), isScript(first) else { return first }
        let entries = (Environment.value("PATH") ?? "").split(separator: ":")
        for entry in entries where entry.hasPrefix("/") {
            if let path = Executable.find("\(entry)/\(name)"), !isScript(path) { return path }
        }
        return first
    }

    private static func isScript(_ path: String) -> Bool {
        guard let file = try? OpenFile(path, for: .reading) else { return false }
        defer { file.close() }
        return (try? file.head(2)) == Array("#!".utf8)
    }
}
