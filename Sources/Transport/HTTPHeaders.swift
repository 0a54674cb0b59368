import Basics
/// The header fields of an answer, found by name without regard to case.
///
/// Of a good answer hardly anybody asks for one, so the lines are kept as they came until somebody does.
package struct HTTPHeaders: Sendable {
    private var given: [(name: String, value: String)]
    private var wire: [UInt8] = []
    private var mayHoldLimits = false

    /// Header fields.
    package init(_ fields: [(name: String, value: String)] = []) {
        given = fields
        mayHoldLimits = fields.contains { $0.name.utf8.first.map(Self.mayBeginLimit) ?? false }
    }

    /// The fields in the order they came.
    package var fields: [(name: String, value: String)] {
        given + wire.split(separator: UInt8(ascii: "\n")).compactMap(Self.field)
    }

    /// The first value of a field, or nil.
    package subscript(name: String) -> String? {
        let wanted = name.lowercased()
        return fields.first { $0.name.lowercased() == wanted }?.value
    }

    /// The fields of a provider's rate limits, `x-…` and `anthropic-…`; without any, nothing is done.
    package var ofRateLimits: [(name: String, value: String)] {
        guard mayHoldLimits else { return [] }
        return fields.filter { $0.name.lowercased().start(of: "-ratelimit-") != nil }
    }

    /// Appends a line as it came, `name: value` with its line feed; anything else is ignored.
    mutating func append(line: UnsafeRawBufferPointer) {
        if wire.isEmpty { wire.reserveCapacity(512) }
        wire.append(contentsOf: line)
        if let first = line.first, Self.mayBeginLimit(first) { mayHoldLimits = true }
    }

    /// Whether a name that begins so may be one of a rate limit.
    private static func mayBeginLimit(_ byte: UInt8) -> Bool {
        byte | 0x20 == UInt8(ascii: "x") || byte | 0x20 == UInt8(ascii: "a")
    }

    private static func field(_ line: ArraySlice<UInt8>) -> (name: String, value: String)? {
        guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else { return nil }
        let value = String(decoding: line[(colon + 1)...], as: UTF8.self)
        return (String(decoding: line[..<colon], as: UTF8.self), String(value.trimmed))
    }
}
