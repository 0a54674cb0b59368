import DSPySpec

/// A folder in memory, `/home/p`, with the files of a program and links.
struct MemoryFiles {
    /// Text by path inside the folder.
    var texts: [String: String] = [:]
    /// Where links lead, by path inside the folder.
    var links: [String: String] = [:]

    /// What a loader reaches them by.
    var files: SpecFiles {
        let (texts, links) = (texts, links)
        return SpecFiles(
            read: { (path: String) throws(SpecFiles.Failure) -> [UInt8] in
                guard let text = texts[path] else { throw .missing }
                guard text != "unreadable" else { throw .unreadable("permission denied") }
                return Array(text.utf8)
            },
            resolve: { path in
                if path == "." { return "/home/p" }
                if let target = links[path] { return target }
                let isFolder = texts.keys.contains { $0.hasPrefix(path + "/") }
                return texts[path] != nil || isFolder ? "/home/p/\(path)" : nil
            })
    }

    /// Loads a program of the folder.
    func load(_ text: String, as path: String = "p.json") -> SpecLoader.Outcome {
        load(Array(text.utf8), as: path)
    }

    /// Loads a program of the folder.
    func load(_ bytes: [UInt8], as path: String = "p.json") -> SpecLoader.Outcome {
        var copy = self
        copy.texts[path] = String(decoding: bytes, as: UTF8.self)
        return SpecLoader(files: copy.files) {
            $0.hasPrefix("opnai/") ? "unknown provider \"opnai\"; did you mean \"openai\"?" : nil
        }.load(path: path, bytes: bytes)
    }
}
