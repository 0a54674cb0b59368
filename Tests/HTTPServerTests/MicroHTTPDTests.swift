import Testing

@testable import HTTPServer

@Suite("libmicrohttpd, loaded when a server starts")
struct MicroHTTPDTests {
    @Test("a machine without it gets one line that names the package")
    func missing() {
        let error = #expect(throws: ServerError.self) { try MicroHTTPD(names: ["libno-such-thing.so.9"]) }
        #expect(error?.reason == .unavailable)
        #expect(error?.message.contains("apt-get install libmicrohttpd12") == true)
        #expect(error?.message.contains("\n") == false)
    }

    @Test("another library in its place is told apart")
    func foreign() {
        let error = #expect(throws: ServerError.self) { try MicroHTTPD(names: ["libc.so.6"]) }
        #expect(error?.message.contains("has no MHD_start_daemon") == true)
    }
}
