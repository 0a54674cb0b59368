import TestSupport
import Testing

@testable import Platform

@Suite("Sockets that take connections")
struct ListeningSocketTests {
    @Test("a free port is told, as it stands in a URL")
    func free() throws {
        let four = try ListeningSocket(host: "localhost", port: 0)
        #expect(four.port > 0 && four.authority == "127.0.0.1:\(four.port)" && four.isLoopback)
        let six = try ListeningSocket(host: "::1", port: 0)
        #expect(six.authority == "[::1]:\(six.port)" && six.isLoopback)
        #expect(try !ListeningSocket(host: "0.0.0.0", port: 0).isLoopback)
        #expect(try ListeningSocket(host: "127.1.2.3", port: 0).isLoopback)
    }

    @Test("what cannot be bound is named")
    func refused() throws {
        let first = try ListeningSocket(host: "127.0.0.1", port: 0)
        let taken = #expect(throws: ListeningSocket.Refusal.self) {
            try ListeningSocket(host: "127.0.0.1", port: first.port)
        }
        #expect(taken?.description == "cannot listen on 127.0.0.1:\(first.port): Address already in use")
        for host in ["example.com", "", "1.2.3", "::g", "192.0.2.1"] {
            let refusal = #expect(throws: ListeningSocket.Refusal.self) { try ListeningSocket(host: host, port: 0) }
            #expect(refusal?.description.contains("cannot listen on") == true)
        }
        #expect(throws: ListeningSocket.Refusal.self) { try ListeningSocket(host: "127.0.0.1", port: 70_000) }
    }

    @Test("what is asked before binding may say no, and then nothing is bound")
    func asked() throws {
        struct No: Error {}
        #expect(throws: No.self) {
            try ListeningSocket(host: "0.0.0.0", port: 0) { isLoopback in if !isLoopback { throw No() } }
        }
        _ = try ListeningSocket(host: "127.0.0.1", port: 0) { isLoopback in if !isLoopback { throw No() } }
    }

    @Test("a file that is written anew has another stamp")
    func stamps() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("a", to: "a.txt")
        let first = FileStamp(path)
        #expect(FileStamp(path) == first)
        try folder.write("bb", to: "a.txt")
        #expect(FileStamp(path) != first)
        #expect(FileStamp(folder.path + "/none") == FileStamp(folder.path + "/none"))
    }
}
