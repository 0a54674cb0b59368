import OrderedJSON

/// Where a row stands in the input of now.
package struct RowPlace: Sendable, Hashable {
    /// Its place among the rows, from 0.
    package let index: Int
    /// The line it starts on, from 1.
    package let line: Int
    /// Its name where that is only its number, and moves along.
    package var number: String?

    /// The line of a journal with this place in it.
    func renumbered(_ bytes: [UInt8]) -> [UInt8] {
        guard case .object(var record)? = try? JSON(parsing: Array(bytes.dropLast()), options: .python) else {
            return bytes
        }
        if let number { record["id"] = .string(number) }
        record["index"] = .int(index)
        record["line"] = .int(line)
        var moved: [UInt8] = []
        JSON.object(record).write(into: &moved, style: .python)
        return moved + [0x0A]
    }
}
