#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Names of hosts in the one form in which they are compared.
package enum HostName {
    /// A name in small letters without the root's dot, an address of version 6 in brackets and as short as it gets; nil for
    /// what is no host.
    package static func canonical(_ text: String) -> String? {
        var name = text.lowercased()
        if name.hasPrefix("[") { return six(name).map { "[\($0)]" } }
        if name.hasSuffix(".") { name.removeLast() }
        guard !name.isEmpty, name.utf8.count <= 253 else { return nil }
        let isName = name.utf8.allSatisfy {
            (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D || $0 == 0x2E || $0 == 0x5F
        }
        return isName && !name.hasPrefix(".") && !name.hasPrefix("-") ? name : nil
    }

    /// Whether a canonical name is a number, of which no part stands for a domain.
    package static func isAddress(_ name: String) -> Bool {
        if name.hasPrefix("[") { return true }
        let last = name.split(separator: ".").last ?? ""
        return last.utf8.allSatisfy { (0x30...0x39).contains($0) } || last.hasPrefix("0x")
    }

    /// Whether a canonical name is this machine: `localhost`, 127.0.0.0/8 in full, `::1`, or 127.0.0.0/8 as version 6.
    ///
    /// Other ways to write these (`127.1`, `2130706433`) are read differently by different programs and are not.
    package static func isLoopback(_ name: String) -> Bool {
        if name == "localhost" { return true }
        if name.hasPrefix("[") { return bytes(ofSix: name.dropFirst().dropLast()).map(isLoopback) ?? false }
        let parts = name.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127"
            && parts.allSatisfy { part in
                part.utf8.allSatisfy { (0x30...0x39).contains($0) } && UInt8(part) != nil
                    && (part.utf8.count == 1 || !part.hasPrefix("0"))
            }
    }

    private static func isLoopback(_ six: [UInt8]) -> Bool {
        if six[..<15].allSatisfy({ $0 == 0 }) { return six[15] == 1 }
        return six[..<10].allSatisfy { $0 == 0 } && six[10] == 0xFF && six[11] == 0xFF && six[12] == 127
    }

    /// An address of version 6 in brackets, as short as it gets.
    private static func six(_ name: String) -> String? {
        guard name.hasSuffix("]"), let bytes = bytes(ofSix: name.dropFirst().dropLast()) else { return nil }
        var text = [CChar](repeating: 0, count: 64)
        guard inet_ntop(AF_INET6, bytes, &text, socklen_t(text.count)) != nil else { return nil }
        return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    private static func bytes(ofSix text: Substring) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: 16)
        return inet_pton(AF_INET6, String(text), &bytes) == 1 ? bytes : nil
    }
}
