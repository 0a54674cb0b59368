import DSPyCore
import OrderedJSON

/// Reads a program file, and the files it names, into a `ProgramSpec`; every fault is noted, none ends the reading.
struct SpecReader {
    let files: SpecFiles
    let collector: DiagnosticCollector
    /// The folder of the outermost file, which no path may leave.
    let rootFolder: String
    /// The files that are being read, outermost first.
    private var open: [String] = []
    /// How deep the node stands that names the file being read.
    private var depth = 0
    private let budget = Budget()

    /// What all files of a program together may take; a file that is named twice counts twice.
    private final class Budget {
        var files = 1000
        var bytes = 64 << 20
    }

    /// The largest file that counts as a program.
    static let maximumBytes = 16 << 20
    /// How deep nodes may stand in one another, those of files inside files included.
    static let maximumNodeDepth = 32
    /// How deep program files may stand in one another.
    static let maximumProgramDepth = 12

    init(files: SpecFiles, collector: DiagnosticCollector, rootFolder: String) {
        self.files = files
        self.collector = collector
        self.rootFolder = rootFolder
    }

    /// The program of a file; nil when it is no JSON object or string.
    mutating func read(_ source: SpecSource) -> ProgramSpec? {
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
        do throws(JSONError) {
            json = try PositionedJSON(parsing: source.bytes, options: options)
        } catch {
            collector.syntax(error, help: ForeignFile.help(source.name, source.bytes), in: source)
            return nil
        }
        noteDuplicates(in: json, source)
        return program(json, source)
    }

    /// The program of a bare signature string.
    mutating func read(signature text: String, _ details: SignatureDetails) -> ProgramSpec? {
        let source = SpecSource(name: "<signature>", folder: "", bytes: Array(text.utf8), isSignature: true)
        guard let json = try? PositionedJSON(parsing: Array(JSON.string(text).text().utf8)) else { return nil }
        return program(json, source, details)
    }

    /// Of a key that stands twice JSON keeps the last value; nobody means that.
    private func noteDuplicates(in json: PositionedJSON, _ source: SpecSource) {
        for duplicate in json.duplicateKeys {
            collector.error(
                .duplicateKey, "the key `\(duplicate.key)` stands twice",
                help: "it stood first in line \(duplicate.firstRange.lowerBound.line)", at: duplicate.range, in: source)
        }
        for member in json.members { noteDuplicates(in: member.value, source) }
        for item in json.array ?? [] { noteDuplicates(in: item, source) }
    }

    private mutating func program(
        _ json: PositionedJSON, _ source: SpecSource, _ details: SignatureDetails = SignatureDetails()
    ) -> ProgramSpec? {
        let fallbackName = Self.baseName(source.name)
        if case .string = json {
            var node = NodeReader(source: source, types: [:], lms: [:], reader: self)
            let root = node.read(json, depth: depth).with(details)
            return ProgramSpec(
                name: fallbackName, description: nil, settings: Settings(), root: root, tools: [],
                outputs: nil, tests: [])
        }
        guard let object = json.object else {
            collector.error(
                .wrongKind, "a program is an object or a signature string, found \(json.json.kindName)", at: json.range,
                in: source)
            return nil
        }
        if let (message, help) = ForeignFile.complaint(object) {
            collector.error(
                .shape, message, help: help, at: source.character(at: object.range.lowerBound), in: source)
            return nil
        }
        let header = HeaderReader(source: source, collector: collector)
        let types = header.types(object)
        let lms = header.lms(object)
        let settings = header.settings(object)
        if !open.isEmpty, let member = object["settings"] {
            collector.warning(
                .unavailable, "the settings of a program inside another have no effect",
                help: "the outermost file's settings count", at: member.keyRange, in: source)
        }
        var toolReader = ToolReader(source: source, types: types, reader: self, depth: depth)
        let tools = toolReader.read(object)
        let outcome = OutcomeReader(source: source, collector: collector)
        let outputs = outcome.outputs(object)
        let tests = outcome.tests(object)
        let description = header.string(object, "description")
        var nodeReader = NodeReader(source: source, types: types, lms: lms, reader: self)
        let root = nodeReader.read(json, depth: depth, isTop: true)
        return ProgramSpec(
            name: root.name ?? fallbackName, description: description, settings: settings, root: root, tools: tools,
            outputs: outputs, tests: tests)
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

    /// The path of something inside the folder as it can be opened, without opening it.
    func path(of path: String, from source: SpecSource, at range: Range<TextPosition>) -> String? {
        inside(path, source, range)
    }

    /// Whether a file of that path lies in the folder; whatever else it is, nothing is noted.
    func isThere(_ path: String, _ source: SpecSource) -> Bool {
        guard !path.hasPrefix("/"), !path.split(separator: "/").contains("..") else { return false }
        return files.resolve(source.folder.isEmpty ? path : "\(source.folder)/\(path)") != nil
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
        at path: String, from source: SpecSource, range: Range<TextPosition>, depth: Int
    ) -> ProgramSpec? {
        guard budget.files > 0, budget.bytes > 0 else {
            collector.error(
                .tooDeep, "the program names more than 1000 program files, or more than 64 MB of them", at: range,
                in: source)
            return nil
        }
        guard let (full, bytes) = bytes(of: path, from: source, at: range) else { return nil }
        budget.files -= 1
        budget.bytes -= bytes.count
        let identity = files.resolve(full) ?? full
        let current = open.isEmpty ? [files.resolve(source.name) ?? source.name] : open
        guard !current.contains(identity) else {
            collector.error(.cycle, "the program \"\(path)\" contains itself", at: range, in: source)
            return nil
        }
        guard current.count < Self.maximumProgramDepth else {
            collector.error(
                .tooDeep, "programs are nested more than \(Self.maximumProgramDepth) deep", at: range, in: source)
            return nil
        }
        var inner = self
        inner.open = current + [identity]
        inner.depth = depth + 1
        let folder = full.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
        return inner.read(SpecSource(name: full, folder: folder, bytes: bytes))
    }
}
