import Testing

@testable import HTTPServer

@Suite("Heads that no server should take")
struct RequestScreenTests {
    private func head(
        _ fields: [(String, String)] = [("host", "a")], method: String = "GET", target: String = "/predict",
        version: String = "HTTP/1.1"
    ) -> RequestHead {
        RequestHead(
            method: method, target: target, version: version, fields: fields.map { RequestHead.Field($0.0, $0.1) })
    }

    @Test("heads that are well are taken")
    func well() {
        let good: [RequestHead] = [
            head(), head([("host", "a"), ("content-length", "0")]),
            head([("host", "a"), ("transfer-encoding", "Chunked")]),
            head([], version: "HTTP/1.0"), head([("host", "")]), head(target: "/a%20b?x=%zz"), head(target: "/ä"),
            head(method: "OPTIONS", target: "*"), head([("host", "a"), ("x-y", "tab\tand ä")]),
            head(target: "/" + String(repeating: "a", count: 8191)),
            head([("host", "a")] + (0..<99).map { ("x-\($0)", "1") }),
        ]
        for head in good { #expect(RequestScreen.refusal(of: head) == nil, "\(head)") }
    }

    @Test("what can be read in two ways is refused, each with its status")
    func refused() {
        let bad: [(RequestHead, Int)] = [
            (head([("host", "a"), ("content-length", "3"), ("transfer-encoding", "chunked")]), 400),
            (head([("host", "a"), ("content-length", "3"), ("content-length", "3")]), 400),
            (head([("host", "a"), ("content-length", "+3")]), 400),
            (head([("host", "a"), ("content-length", "0x3")]), 400),
            (head([("host", "a"), ("content-length", "")]), 400),
            (head([("host", "a"), ("content-length", "3, 3")]), 400),
            (head([("host", "a"), ("content-length", "99999999999999999999999")]), 400),
            (head([("host", "a"), ("transfer-encoding", "gzip")]), 501),
            (head([("host", "a"), ("transfer-encoding", "gzip, chunked")]), 501),
            (head([("host", "a"), ("transfer-encoding", "chunked"), ("transfer-encoding", "chunked")]), 400),
            (head([("host", "a"), ("transfer-encoding", "chunked")], version: "HTTP/1.0"), 400),
            (head([]), 400), (head([("host", "a"), ("host", "a")]), 400),
            (head([("host", "a"), ("host", "a")], version: "HTTP/1.0"), 400),
            (head(target: "http://a/predict"), 400), (head(target: "predict"), 400), (head(target: ""), 400),
            (head(target: "*"), 400), (head(target: "/a%2"), 400), (head(target: "/%zz"), 400),
            (head(target: "/a%00b"), 400), (head(target: "/a b"), 400), (head(target: "/a\u{1}"), 400),
            (head(target: "/" + String(repeating: "a", count: 8192)), 414),
            (head([("host", "a"), ("", "x")]), 400), (head([("host", "a"), ("x y", "1")]), 400),
            (head([("host", "a"), ("x ", "1")]), 400), (head([("host", "a"), ("x", "a\rb")]), 400),
            (head([("host", "a"), ("x", "a\u{0}b")]), 400),
            (head([("host", "a")] + (0..<100).map { ("x-\($0)", "1") }), 431),
            (head([("host", "a"), ("x", String(repeating: "a", count: 32 << 10))]), 431),
            (head(version: "HTTP/2.0"), 505), (head(version: "HTTP/1.2"), 505), (head(version: "HTCPCP/1.0"), 400),
        ]
        for (head, status) in bad { #expect(RequestScreen.refusal(of: head) == status, "\(head)") }
    }

    @Test("a path is decoded once, and a query by its keys")
    func paths() {
        #expect(head(target: "/a%2Fb?x=1").path == "/a/b")
        #expect(head(target: "/%2525").path == "/%25")
        #expect(head(target: "/%ff").path == nil)
        #expect(head(target: "/p?raw=true&x").query("raw") == "true")
        #expect(head(target: "/p?raw=true&x").query("x") == "")
        #expect(head(target: "/p?r%61w=a%20b").query("raw") == "a b")
        #expect(head(target: "/p").query("raw") == nil)
        #expect(head([("host", "a"), ("content-length", "12")]).announcesBody)
        #expect(head([("host", "a"), ("transfer-encoding", "chunked")]).announcesBody)
        #expect(!head([("host", "a"), ("content-length", "0")]).announcesBody)
    }

    @Test("a request's own name stays only where it may stand in a header")
    func names() {
        var names = RequestNames()
        #expect(names.name("a-B_c.9") == "a-B_c.9")
        for given in [nil, "", "a b", "a\r\nX: y", "ä", String(repeating: "a", count: 129)] {
            let name = names.name(given)
            #expect(name != given)
            #expect(RequestNames.isName(name))
        }
        let many = Set((0..<1000).map { _ in names.name(nil) })
        #expect(many.count == 1000)
    }
}
