/// What of a request's head no server should take, beyond what libmicrohttpd refuses by itself.
///
/// Each of these can be read in two ways, and where a proxy in front reads it in the other one, a request is smuggled past it.
///
/// - Source: RFC 9112, sections 2 to 6.
struct RequestScreen {
    /// The longest target, in bytes.
    static let longestTarget = 8 << 10
    /// The longest head, in bytes.
    static let longestHead = 32 << 10
    /// The most headers.
    static let mostFields = 100

    /// The status of the refusal; nil for a head that is well.
    static func refusal(of head: RequestHead) -> Int? {
        if let status = version(head.version) { return status }
        if head.target.utf8.count > longestTarget { return 414 }
        if head.size > longestHead { return 431 }
        if head.hidesSomething || !isTarget(head) { return 400 }
        if head.fields.count > mostFields { return 431 }
        if head.fields.reduce(0, { $0 + $1.name.utf8.count + $1.value.utf8.count + 4 }) > longestHead { return 431 }
        if !head.fields.allSatisfy({ isName($0.name) && isValue($0.value) }) { return 400 }
        let hosts = head.count(of: "host")
        if hosts > 1 || (hosts == 0 && head.version == "HTTP/1.1") { return 400 }
        return framing(head)
    }

    private static func version(_ text: String) -> Int? {
        if text == "HTTP/1.1" || text == "HTTP/1.0" { return nil }
        return text.hasPrefix("HTTP/") ? 505 : 400
    }

    private static func isTarget(_ head: RequestHead) -> Bool {
        let target = head.target.utf8
        guard target.first == UInt8(ascii: "/") || (head.target == "*" && head.method == "OPTIONS"),
            target.allSatisfy({ $0 > 0x20 && $0 != 0x7F }), let path = PercentCode.decoded(head.rawPath)
        else { return false }
        return !path.contains(0)
    }

    /// How long the body is must be said in one way only.
    private static func framing(_ head: RequestHead) -> Int? {
        let (lengths, codings) = (head.count(of: "content-length"), head.count(of: "transfer-encoding"))
        if lengths > 1 || codings > 1 || lengths + codings > 1 { return 400 }
        if let length = head["content-length"] {
            let isDecimal = !length.isEmpty && length.utf8.allSatisfy { (0x30...0x39).contains($0) }
            guard isDecimal, UInt64(length) != nil else { return 400 }
        }
        if let coding = head["transfer-encoding"] {
            if head.version == "HTTP/1.0" { return 400 }
            guard coding.lowercased() == "chunked" else { return 501 }
        }
        return nil
    }

    private static func isName(_ name: String) -> Bool {
        !name.isEmpty
            && name.utf8.allSatisfy { byte in
                switch byte {
                case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
                default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
                }
            }
    }

    private static func isValue(_ value: String) -> Bool {
        !value.utf8.contains { $0 == 0 || $0 == 0x0D || $0 == 0x0A }
    }
}
