import OrderedJSON

/// Where a row stands in the input of now.
package struct RowPlace: Sendable, Hashable {
    /// Its place among the rows, from 0.
    package let index: Int
    /// The line it starts on, from 1.
    package let line: Int

    /// The line of a journal with this place in it; an id that is only a line number moves along.
    func renumbered(_ bytes: [UInt8]) -> [UInt8] {
        guard case .object(var record)? = try? JSON(parsing: Array(bytes.dropLast()), options: .python) else {
            return bytes
        }
        if record["id"]?.string == record["line"]?.int.map(String.init) { record["id"] = .string(String(line)) }
        record["index"] = .int(index)
        record["line"] = .int(line)
        var moved: [UInt8] = []
        JSON.object(record).write(into: &moved, style: .python)
        return moved + [0x0A]
    }
}
