package import OrderedJSON

extension StableHash {
    /// The hash of a row: its own id, and its fields in whatever order.
    package static func key(id: String?, fields: JSONObject) -> UInt64 {
        var hash = StableHash()
        if let id {
            hash.add(id.utf8)
            hash.add(byte: 0)
        }
        hash.add(.object(fields))
        return hash.value
    }
}
