import Testing

@testable import DSPyServer

@Suite("Who may ask")
struct GatekeeperTests {
    private func keeper(
        host: String = "127.0.0.1", isLoopback: Bool = true, allowed: [String] = [], origins: [String] = [],
        token: String? = nil
    ) -> Gatekeeper {
        Gatekeeper(
            host: host, isLoopback: isLoopback, allowed: allowed, origins: origins,
            token: token.flatMap(BearerToken.init))
    }

    @Test(
        "bound to this machine, only its own names are hosts",
        arguments: [
            ("127.0.0.1:8000", true), ("localhost", true), ("LOCALHOST:1", true), ("[::1]:80", true), ("[::1]", true),
            ("good.example", true), ("good.example:443", true), ("evil.example", false),
            ("127.0.0.1.evil.example", false),
            ("xlocalhost", false), ("localhost.", false), ("localhost:80x", false), ("localhost:80:80", false),
            ("good.example.evil", false), ("", false), ("[::1", false), ("user@localhost", false),
            ("127.0.0.1 ", false),
        ])
    func hosts(host: String, isIn: Bool) {
        #expect(keeper(allowed: ["Good.Example"]).admits(host: host) == isIn)
    }

    @Test("what an option names is a host, with or without a port, or an origin without a path")
    func options() {
        #expect(keeper(allowed: ["a.example:8080"]).admits(host: "a.example"))
        #expect(Gatekeeper.hostName("A.example") == "a.example")
        #expect(Gatekeeper.hostName("::1") == "::1" && Gatekeeper.hostName("[::1]:80") == "::1")
        for bad in ["", "http://a.example", "a.example/x", ":80"] { #expect(Gatekeeper.hostName(bad) == nil, "\(bad)") }
        for good in ["*", "https://a.example", "http://localhost:3000", "HTTP://A.example"] {
            #expect(Gatekeeper.isOrigin(good))
        }
        for bad in ["localhost:3000", "http://localhost:3000/", "https://", "ftp://a", "null", ""] {
            #expect(!Gatekeeper.isOrigin(bad))
        }
    }

    @Test("bound elsewhere, any host does unless some are named")
    func elsewhere() {
        #expect(keeper(host: "0.0.0.0", isLoopback: false).admits(host: "anything"))
        let named = keeper(host: "0.0.0.0", isLoopback: false, allowed: ["a.example"])
        #expect(named.admits(host: "a.example:1"))
        #expect(!named.admits(host: "b.example"))
        #expect(!keeper().admits(host: nil))
    }

    @Test("pages of other sites are refused unless they are listed")
    func origins() {
        func name(_ verdict: Gatekeeper.OriginVerdict) -> String {
            switch verdict {
            case .own: "own"
            case .listed(let origin): origin
            case .refused: "refused"
            }
        }
        let plain = keeper()
        #expect(name(plain.verdict(origin: nil, host: "a")) == "own")
        #expect(name(plain.verdict(origin: "http://localhost:8000", host: "localhost:8000")) == "own")
        #expect(name(plain.verdict(origin: "https://localhost:8000", host: "LOCALHOST:8000")) == "own")
        for origin in ["http://localhost:8001", "http://evil.example", "null", "", "localhost:8000", "file://"] {
            #expect(name(plain.verdict(origin: origin, host: "localhost:8000")) == "refused")
        }
        let listed = keeper(origins: ["https://app.example"])
        #expect(name(listed.verdict(origin: "https://app.example", host: "a")) == "https://app.example")
        #expect(name(listed.verdict(origin: "https://app.example.evil", host: "a")) == "refused")
        #expect(name(keeper(origins: ["*"]).verdict(origin: "https://x.example", host: "a")) == "*")
        #expect(name(keeper(origins: ["*"]).verdict(origin: "null", host: "a")) == "refused")
    }

    @Test("a token is brought as Bearer, whole and right")
    func tokens() {
        let secret = "0123456789abcdef"
        let locked = keeper(token: secret)
        #expect(locked.admits(authorization: "Bearer \(secret)"))
        #expect(locked.admits(authorization: "bearer  \(secret)"))
        for wrong in [
            nil, "", secret, "Basic \(secret)", "Bearer", "Bearer ", "Bearer \(secret)x", "Bearer \(secret.dropLast())",
            "Bearer \(secret) ", "Bearer \(secret)\(secret)", "Bearer\(secret)",
        ] { #expect(!locked.admits(authorization: wrong), "\(wrong ?? "nil")") }
        #expect(keeper().admits(authorization: nil))
        #expect(BearerToken("short") == nil)
        #expect(BearerToken("0123456789abcde f") == nil)
        #expect(BearerToken("0123456789abcdeé") == nil)
    }
}
