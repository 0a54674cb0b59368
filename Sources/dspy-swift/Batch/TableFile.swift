import Platform
import Console
import DSPyBatch
import OrderedJSON

/// Turns a finished journal into a table.
enum TableFile {
    /// Writes the table beside and puts it into place.
    static func write(from journal: String, to path: String, _ table: TableEncoder) throws {
        var bytes = table.header
        let journal = try FileReading.bytes(at: journal)
        for line in journal.split(separator: 0x0A) {
            guard let record = BatchRecord(try JSON(parsing: Array(line), options: .python)) else { continue }
            bytes += table.line(record)
        }
        try FileWriting.replace(path, with: bytes)
    }
}
