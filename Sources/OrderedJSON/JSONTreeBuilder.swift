/// What ``JSONReader`` makes out of the values it reads: plain JSON, or a tree that knows its places.
///
/// Offsets are handed to `mark` in rising order, so a builder may count lines as it goes.
protocol JSONTreeBuilder {
    associatedtype Node
    associatedtype Member
    associatedtype Mark

    mutating func mark(_ offset: Int, in bytes: UnsafeBufferPointer<UInt8>) -> Mark
    func scalar(_ value: JSON, from start: Mark, to end: Mark, in bytes: UnsafeBufferPointer<UInt8>) -> Node
    func member(_ key: String, from start: Mark, to end: Mark, value: Node) -> Member
    func array(_ items: [Node], from start: Mark, to end: Mark) -> Node
    func object(_ members: [Member], from start: Mark, to end: Mark) -> Node
}

/// Builds ``JSON`` and forgets where it stood.
struct PlainJSONBuilder: JSONTreeBuilder {
    func mark(_ offset: Int, in bytes: UnsafeBufferPointer<UInt8>) {}

    func scalar(_ value: JSON, from start: Void, to end: Void, in bytes: UnsafeBufferPointer<UInt8>) -> JSON { value }

    func member(_ key: String, from start: Void, to end: Void, value: JSON) -> JSONObject.Member { (key, value) }

    func array(_ items: [JSON], from start: Void, to end: Void) -> JSON { .array(items) }

    func object(_ members: [JSONObject.Member], from start: Void, to end: Void) -> JSON { .object(JSONObject(members)) }
}
