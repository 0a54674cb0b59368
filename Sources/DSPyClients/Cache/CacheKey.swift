package import DSPyCore
package import OrderedJSON

/// What tells one request from another: the SHA-256 of the request as DSPy writes it for its own cache.
///
/// Of DSPy's two keys for one request (sync and async functions are different there) this is the sync one, whichever
/// way the request was made. Keys, also those in header fields, and addresses of servers are no part of it; `rollout_id` is, and never goes out.
/// - Source: dspy/clients/cache.py and execution.py (3.4.1), `cache_key`, `PreparedCall.key`.
package struct CacheKey: Sendable, Hashable {
    /// The digest.
    let digest: SHA256.Digest

    /// The key of a request to a model.
    package init(_ request: LMRequest, model: String, defaults: JSONObject) {
        self = CacheKeys(model: model, defaults: defaults).key(of: request)
    }

    init(_ digest: SHA256.Digest) { self.digest = digest }

    /// Feeds the key into a hasher; a part of a digest tells keys apart as well as the whole.
    package func hash(into hasher: inout Hasher) { hasher.combine(prefix) }

    /// The digest in 64 hexadecimal digits.
    package var hex: String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }

    /// The first 16 bytes, under which the file keeps the answer: enough that no two requests ever meet.
    var short: [UInt8] {
        var words = digest.lowHalf
        for place in 0..<4 { words[place] = words[place].bigEndian }
        return withUnsafeBytes(of: words) { Array($0) }
    }

    /// The first eight bytes as a number.
    var prefix: UInt64 { UInt64(digest[0]) << 32 | UInt64(digest[1]) }

    /// The second eight bytes as a number: what `short` has behind `prefix`.
    var restOfShort: UInt64 { UInt64(digest[2]) << 32 | UInt64(digest[3]) }

    /// The digest's 32 bytes.
    var bytes: [UInt8] {
        var words = digest
        for place in 0..<8 { words[place] = words[place].bigEndian }
        return withUnsafeBytes(of: words) { Array($0) }
    }
}
