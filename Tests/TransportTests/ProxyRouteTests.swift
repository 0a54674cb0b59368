import Testing

@testable import Transport

@Suite("proxies of the environment") struct ProxyRouteTests {
    private func route(_ url: String, _ environment: [String: String]) -> ProxyRoute? {
        ProxyRoute(for: HTTPRequest(url: url)) { name in environment[name].flatMap { $0.isEmpty ? nil : $0 } }
    }

    @Test(
        "a proxy comes from the variable of its scheme, small letters first, an empty one being none",
        arguments: [
            ("http://llm.example/v1", ["http_proxy": "http://a:1"], "http_proxy", "http://a:1"),
            ("http://llm.example/v1", ["HTTP_PROXY": "http://a:1"], "HTTP_PROXY", "http://a:1"),
            ("http://llm.example/v1", ["http_proxy": "", "HTTP_PROXY": "http://b:1"], "HTTP_PROXY", "http://b:1"),
            ("http://llm.example/v1", ["http_proxy": "a:1", "HTTP_PROXY": "b:1"], "http_proxy", "http://a:1"),
            (
                "http://llm.example/v1", ["HTTP_PROXY": "b:1", "REQUEST_METHOD": "GET", "ALL_PROXY": "c:1"],
                "ALL_PROXY", "http://c:1"
            ),
            ("https://llm.example/v1", ["HTTPS_PROXY": "http://u:p@a:1/x?y"], "HTTPS_PROXY", "http://a:1"),
            (
                "https://llm.example/v1", ["http_proxy": "http://a:1", "all_proxy": "socks5://c:1"], "all_proxy",
                "socks5://c:1"
            ),
            (
                "http://llm.example/v1", ["http_proxy": "a:1", "no_proxy": "other.example, xllm.example"], "http_proxy",
                "http://a:1"
            ),
        ] as [(String, [String: String], String, String)])
    func chosen(url: String, environment: [String: String], variable: String, name: String) {
        let route = route(url, environment)
        #expect(route?.variable == variable && route?.name == name)
    }

    @Test(
        "a host that no_proxy names, and this machine, need none",
        arguments: [
            ("http://llm.example/v1", "llm.example"), ("http://u:p@LLM.example:80/v1", ".example"),
            ("http://llm.example/v1", "a b,*"), ("http://[2001:db8::1]:8000/v1", "2001:db8::1"),
            ("http://127.0.0.1:1", ""),
        ])
    func passedBy(url: String, list: String) {
        #expect(route(url, ["http_proxy": "http://a:1", "NO_PROXY": list]) == nil)
        #expect(route(url, [:]) == nil)
    }
}

@Suite("addresses of requests") struct RequestAddressTests {
    @Test(
        "an address to which nothing can be sent is told before anything is",
        arguments: [
            ("localhost:8000/v1", "did you mean http://localhost:8000/v1?"), ("ftp://h/v1", "must start with http://"),
            ("http://", "names no host"), ("http:///v1", "names no host"), ("http://:80/v1", "names no host"),
            ("http://h:99999/v1", "port 99999"), ("http://h:0/v1", "port 0"), ("http://h:abc/v1", "port abc"),
            ("http://h o/v1", "white space"), ("http://[::1/v1", "version 6"), ("http://[x]/v1", "version 6"),
            ("http://[::1]x/v1", "between its host and its path"), ("", "must start with http://"),
        ])
    func defects(url: String, words: String) {
        #expect(HTTPRequest(url: url).defect?.contains(words) == true, "\(HTTPRequest(url: url).defect ?? "none")")
    }

    @Test(
        "what is an address is none of these",
        arguments: [
            "http://h", "https://h:443/v1", "HTTP://h:/v1?a=b+c", "http://u:p@h:1/v1?x=http://y:99999",
            "http://[::1]:8000/v1", "http://bücher.example/v1", "http://under_score/v1#x",
        ])
    func fine(url: String) {
        #expect(HTTPRequest(url: url).defect == nil)
    }
}
