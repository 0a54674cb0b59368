/// How an input writes its characters.
enum TextEncoding: Sendable, Hashable {
    case utf8
    case utf16LittleEndian
    case utf16BigEndian

    /// The name as a person knows it.
    var name: String {
        switch self {
        case .utf8: "UTF-8"
        case .utf16LittleEndian: "UTF-16 (little endian)"
        case .utf16BigEndian: "UTF-16 (big endian)"
        }
    }

    /// What is wrong with bytes that are not text in this encoding, and what to do.
    ///
    /// - Parameter bytes: What it became as UTF-8.
    func fault(in bytes: some Collection<UInt8>) -> String {
        guard self == .utf8 else { return "not \(name): half of a pair stands alone" }
        var (iterator, decoder) = (bytes.makeIterator(), UTF8())
        var (good, before) = (0, [Unicode.Scalar]())
        while case .scalarValue(let scalar) = decoder.decode(&iterator) {
            good += UTF8.width(scalar)
            before.append(scalar)
        }
        let byte = bytes.dropFirst(good).first ?? 0
        var text = String.UnicodeScalarView()
        text.append(contentsOf: before.suffix(12))
        return "not UTF-8: the byte 0x\(String(byte, radix: 16, uppercase: true)) stands "
            + (before.isEmpty ? "at the start" : "behind \"\(String(text))\"")
            + "; save it as UTF-8 (Excel: \"CSV UTF-8\"), or convert it from what it is, most often: "
            + "iconv -f WINDOWS-1252 -t UTF-8 FILE"
    }
}
