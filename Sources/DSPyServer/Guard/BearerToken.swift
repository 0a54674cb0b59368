/// The secret that requests have to bring.
package struct BearerToken: Sendable {
    /// How short it may be.
    package static let shortest = 16

    private let bytes: [UInt8]

    /// A token; nil for a text that is none: too short, or with characters that are not visible ASCII.
    package init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count >= Self.shortest, bytes.allSatisfy({ (0x21...0x7E).contains($0) }) else { return nil }
        self.bytes = bytes
    }

    /// Whether a text is the token; takes as long wherever the first difference is.
    func equals(_ text: Substring) -> Bool {
        let given = Array(text.utf8)
        var difference = given.count ^ bytes.count
        for place in 0..<given.count { difference |= Int(given[place] ^ bytes[place % bytes.count]) }
        return difference == 0
    }
}
