/// One line of JSON that is written member by member, without an object in between; as `json.dumps` writes it.
package struct JSONLine: ~Copyable {
    private var writer: JSONWriter
    private var separator: StaticString = "{"

    /// A line without members.
    package init(capacity: Int = 1024) {
        writer = JSONWriter(style: .python, capacity: capacity)
    }

    /// Appends a member.
    ///
    /// - Parameter key: A new key that needs no escape.
    package mutating func add(_ key: StaticString, _ value: JSON) {
        writer.append(separator)
        separator = ", "
        writer.append("\"")
        writer.append(key)
        writer.append("\": ")
        writer.write(value, depth: 1)
    }

    /// The line with its line feed.
    package consuming func bytes() -> [UInt8] {
        writer.append("}\n")
        return writer.withBytes { Array($0) }
    }
}
