import Platform
package import OrderedJSON

/// The file beside an output that says what made it: `out.jsonl.run.json`.
package struct Manifest: Sendable, Hashable {
    /// Program, model and options, each under a name that a message can show.
    package var fingerprint: JSONObject
    /// The input: its path, size and the hash of its first 64 KB.
    package var input: JSONObject
    /// The tool's version.
    package var version: String
    /// The process that writes the output.
    package var pid: Int

    package init(fingerprint: JSONObject, input: JSONObject, version: String, pid: Int) {
        self.fingerprint = fingerprint
        self.input = input
        self.version = version
        self.pid = pid
    }

    /// The manifest's path for an output.
    package static func path(for output: String) -> String { output + ".run.json" }

    /// Whether something of somebody else stands in a manifest's place: a link, or what no batch has written.
    static func isForeign(for output: String) -> Bool {
        let path = path(for: output)
        guard FileReading.isTaken(path) else { return false }
        guard !FileReading.isLink(path), let bytes = contents(for: output) else { return true }
        return (try? JSON(parsing: bytes))?["fingerprint"]?.object == nil
    }

    /// The manifest of an output; nil when there is none.
    static func read(for output: String) -> Manifest? {
        guard let bytes = contents(for: output), let json = try? JSON(parsing: bytes) else {
            return nil
        }
        return Manifest(
            fingerprint: json["fingerprint"]?.object ?? [:], input: json["input"]?.object ?? [:],
            version: json["version"]?.string ?? "", pid: json["pid"]?.int ?? 0)
    }

    /// Whether there is a manifest, readable or not.
    static func isThere(for output: String) -> Bool { FileReading.isTaken(path(for: output)) }

    private static func contents(for output: String) -> [UInt8]? {
        try? FileReading.bytes(at: path(for: output), isPlain: true)
    }

    func write(for output: String) throws(BatchFailure) {
        let json: JSON = [
            "fingerprint": .object(fingerprint), "input": .object(input), "version": .string(version), "pid": .int(pid),
        ]
        try OpenFile.replace(Self.path(for: output)) { (file) throws(BatchFailure) in
            try file.append(Array((json.text(.pythonIndented(2)) + "\n").utf8))
        }
    }

    /// What differs between the run that made an output and this one, in words.
    func differences(from other: Manifest) -> [String] {
        let names = other.fingerprint.keys + fingerprint.keys.filter { !other.fingerprint.contains($0) }
        return names.compactMap { name in
            let (before, now) = (other.fingerprint[name] ?? .null, fingerprint[name] ?? .null)
            guard before != now else { return nil }
            if name == "options" { return Self.told(Self.changedOptions(before, now)) }
            // Hashes say nothing to a reader; short values do.
            let isShown = [before, now].allSatisfy { $0.text().count <= 40 && !($0.string ?? "").hasPrefix("fnv:") }
            return isShown ? "\(name) was \(before.text()), is \(now.text())" : "the \(name) has changed"
        }
    }
    private static func told(_ options: [String]) -> String {
        switch options.count {
        // The same options, but of other calls.
        case 0: "the options have changed"
        case 1: "the option \(options[0]) has changed"
        default: "the options \(options.joined(separator: ", ")) have changed"
        }
    }

    /// The names of the options of calls that differ; the two values are texts of lists of objects, one for each call.
    private static func changedOptions(_ before: JSON, _ now: JSON) -> [String] {
        let lists = [before, now].map { value in
            let list = (value.string.flatMap { try? JSON(parsing: $0) })?.array ?? []
            return list.compactMap(\.object)
        }
        var names: [String] = []
        for name in lists.joined().flatMap(\.keys) where !names.contains(name) {
            if lists[0].map({ $0[name] }) != lists[1].map({ $0[name] }) { names.append(name) }
        }
        return names
    }
}
