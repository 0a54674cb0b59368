/// JSON text of an object that is written member by member, without a tree in between; as `json.dumps` writes it.
package struct JSONLine: ~Copyable {
    private var writer: JSONWriter
    private let isCompact: Bool
    private var isEmpty = true

    /// A line without members.
    ///
    /// - Parameter isCompact: Whether it is written without white space, else as Python does by default.
    package init(isCompact: Bool = false, capacity: Int = 1024) {
        self.isCompact = isCompact
        writer = JSONWriter(style: isCompact ? .compact : .python, capacity: capacity)
    }

    /// Appends a member.
    ///
    /// - Parameter key: A new key that needs no escape.
    package mutating func add(_ key: StaticString, _ value: JSON) {
        begin(key)
        writer.write(value, depth: 1)
    }

    /// Appends a member whose value is a text.
    package mutating func add(_ key: StaticString, _ text: String) {
        begin(key)
        writer.write(text)
    }

    /// Appends a member.
    ///
    /// - Parameter key: A new key.
    package mutating func add(key: String, _ value: JSON) {
        separate()
        writer.write(key)
        writer.append(isCompact ? ":" : ": ")
        writer.write(value, depth: 1)
    }

    /// Appends a member that is an array of objects.
    ///
    /// - Parameter write: Appends the members of the object at a place.
    package mutating func add(_ key: StaticString, count: Int, _ write: (Int, inout JSONLine) -> Void) {
        begin(key)
        writer.append("[")
        for place in 0..<count {
            if place > 0 { writer.append(isCompact ? "," : ", ") }
            isEmpty = true
            write(place, &self)
            close()
        }
        writer.append("]")
        isEmpty = false
    }

    /// The line with its line feed.
    package consuming func bytes() -> [UInt8] {
        close()
        writer.append("\n")
        return writer.withBytes { Array($0) }
    }

    /// The object's text.
    package consuming func object() -> [UInt8] {
        close()
        return writer.withBytes { Array($0) }
    }

    private mutating func begin(_ key: StaticString) {
        if isEmpty {
            writer.append("{\"")
        } else if isCompact {
            writer.append(",\"")
        } else {
            writer.append(", \"")
        }
        isEmpty = false
        writer.append(key)
        if isCompact { writer.append("\":") } else { writer.append("\": ") }
    }

    private mutating func separate() {
        writer.append(isEmpty ? "{" : isCompact ? "," : ", ")
        isEmpty = false
    }

    private mutating func close() {
        writer.append(isEmpty ? "{}" : "}")
    }
}
