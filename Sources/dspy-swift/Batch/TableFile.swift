import Platform
import Console
import DSPyBatch
import OrderedJSON

/// Turns a finished journal into a table, piece by piece.
struct TableFile {
    let journal: String
    let separator: UInt8
    /// The program's outputs.
    let outputs: [String]
    /// Whether outputs stand behind the rows' own fields.
    let merges: Bool

    /// Writes the table beside and puts it into place.
    func write(to path: String) throws {
        let table = TableEncoder(separator: separator, outputs: outputs, own: merges ? try ownColumns() : [])
        try FileReplacement.replace(path, failed: { $0 as any Error }) { (descriptor, name) throws(any Error) in
            let file = OpenFile(descriptor: descriptor, named: name)
            var bytes = table.header
            try forEachRecord { record in
                bytes += table.line(record)
                guard bytes.count > 1 << 18 else { return }
                try file.write(bytes)
                bytes.removeAll(keepingCapacity: true)
            }
            try file.write(bytes)
        }
    }

    /// The rows' own columns, in the order in which rows bring them.
    private func ownColumns() throws -> [String] {
        var (names, seen) = ([String](), Set<String>())
        try forEachRecord { record in
            for name in TableEncoder.own(of: record, outputs).keys where seen.insert(name).inserted {
                names.append(name)
            }
        }
        return names
    }

    private func forEachRecord(_ body: (BatchRecord) throws -> Void) throws {
        let file = try OpenFile(journal, for: .reading)
        defer { file.close() }
        var splitter = LineSplitter(limit: .max - 1)
        try file.forEachChunk(failed: { $0 as any Error }) { (chunk) throws(any Error) in
            var lines: [LineSplitter.Line] = []
            splitter.add(chunk) { lines.append($0) }
            for line in lines {
                guard let record = BatchRecord(try JSON(parsing: line.bytes, options: .python)) else { continue }
                try body(record)
            }
        }
    }
}
