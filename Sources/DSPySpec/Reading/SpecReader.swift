import DSPy
import OrderedJSON

/// Reads a program file, and the files it names, into a `ProgramSpec`; every fault is noted, none ends the reading.
package struct SpecReader {
    let files: SpecFiles
    let collector: DiagnosticCollector
    /// The folder of the outermost file, which no path may leave.
    let rootFolder: String
    /// The files that are being read, outermost first.
    var open: [String] = []

    /// The largest file that counts as a program.
    package static let maximumBytes = 16 << 20
    /// How deep nodes may stand in one another.
    static let maximumNodeDepth = 32

    package init(files: SpecFiles, collector: DiagnosticCollector, rootFolder: String) {
        self.files = files
        self.collector = collector
        self.rootFolder = rootFolder
    }

    /// The program of a file; nil when it is no JSON object or string.
    package mutating func read(_ source: SpecSource) -> ProgramSpec? {
        guard source.bytes.count <= Self.maximumBytes else {
            collector.error(
                .syntax,
                "the file has \(source.bytes.count / 1_000_000) MB; a program has at most \(Self.maximumBytes >> 20) MB",
                at: .start ..< .start, in: source)
            return nil
        }
        var options = JSONReadingOptions.jsonc
        options.maximumDepth = 96
        let json: PositionedJSON
        do {
            json = try PositionedJSON(parsing: source.bytes, options: options)
        } catch {
            var end = error.position
            end.offset += 1
            end.column += 1
            collector.error(
                error.code == .tooDeep ? .tooDeep : .syntax, error.message, at: error.position..<end, in: source)
            return nil
        }
        return program(json, source)
    }

    /// The program of a bare signature string.
    package mutating func read(signature text: String, _ source: SpecSource) -> ProgramSpec? {
        read(SpecSource(name: source.name, folder: source.folder, bytes: Array(JSON.string(text).text().utf8)))
    }

    private mutating func program(_ json: PositionedJSON, _ source: SpecSource) -> ProgramSpec? {
        let fallbackName = Self.baseName(source.name)
        if case .string = json {
            var node = NodeReader(source: source, types: [:], lms: [:], reader: self)
            let root = node.read(json, depth: 0)
            return ProgramSpec(
                name: fallbackName, description: nil, settings: Settings(), root: root, outputs: nil, tests: [],
                types: [:])
        }
        guard let object = json.object else {
            collector.error(
                .wrongKind, "a program is an object or a signature string, found \(json.json.kindName)", at: json.range,
                in: source)
            return nil
        }
        let header = HeaderReader(source: source, collector: collector)
        let types = header.types(object)
        let lms = header.lms(object)
        let settings = header.settings(object)
        let outputs = header.outputs(object)
        let tests = header.tests(object)
        let description = header.string(object, "description")
        var nodeReader = NodeReader(source: source, types: types, lms: lms, reader: self)
        let root = nodeReader.read(json, depth: 0, isTop: true)
        return ProgramSpec(
            name: root.name ?? fallbackName, description: description, settings: settings, root: root, outputs: outputs,
            tests: tests, types: types)
    }

    /// `programs/qa/program.json` is called `qa`, `qa.json` is called `qa`.
    private static func baseName(_ path: String) -> String {
        let parts = path.split(separator: "/")
        guard let last = parts.last else { return path }
        let stem = last.split(separator: ".").first.map(String.init) ?? String(last)
        return stem == "program" && parts.count > 1 ? String(parts[parts.count - 2]) : stem
    }

    // MARK: Files

    /// The bytes of a file that a program names; a fault is noted at the place of the name.
    func bytes(
        of path: String, from source: SpecSource, at range: Range<TextPosition>
    ) -> (path: String, bytes: [UInt8])? {
        guard let full = inside(path, source, range) else { return nil }
        do throws(SpecFiles.Failure) {
            return (full, try files.read(full))
        } catch {
            collector.error(.file, "cannot read \"\(path)\": \(error)", at: range, in: source)
            return nil
        }
    }

    private func inside(_ path: String, _ source: SpecSource, _ range: Range<TextPosition>) -> String? {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        guard !path.isEmpty, !path.hasPrefix("/"), !path.utf8.contains(0), !parts.contains("..") else {
            collector.error(
                .file, "the path \"\(path)\" leaves the program's folder", help: "name a file inside the folder",
                at: range, in: source)
            return nil
        }
        let full = source.folder.isEmpty ? path : "\(source.folder)/\(path)"
        // A link may lead out of the folder as well.
        if let real = files.resolve(full), let root = files.resolve(rootFolder.isEmpty ? "." : rootFolder),
            !(real.hasPrefix(root + "/") || root == "/")
        {
            collector.error(.file, "the path \"\(path)\" leads out of the program's folder", at: range, in: source)
            return nil
        }
        return full
    }

    /// Another program file that a node names.
    mutating func program(
        at path: String, from source: SpecSource, range: Range<TextPosition>
    ) -> ProgramSpec? {
        guard let (full, bytes) = bytes(of: path, from: source, at: range) else { return nil }
        let identity = files.resolve(full) ?? full
        let current = open.isEmpty ? [files.resolve(source.name) ?? source.name] : open
        guard !current.contains(identity) else {
            collector.error(.cycle, "the program \"\(path)\" contains itself", at: range, in: source)
            return nil
        }
        guard current.count < Self.maximumNodeDepth else {
            collector.error(
                .tooDeep, "programs are nested more than \(Self.maximumNodeDepth) deep", at: range, in: source)
            return nil
        }
        var inner = self
        inner.open = current + [identity]
        let folder = full.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
        return inner.read(SpecSource(name: full, folder: folder, bytes: bytes))
    }
}
