import Basics
import TestSupport

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// `serve` as a process, from its first line to its end.
struct LiveServe {
    let port: Int
    private let folder: TemporaryFolder
    private let run: Task<ToolRun, any Error>

    /// The server did not come up.
    struct NotStarted: Error { let errors: String }

    /// Starts it on a free port, with words as the shell takes them, and waits until it listens.
    init(_ words: String, in folder: TemporaryFolder, environment: String = "") async throws {
        self.folder = folder
        // Of an earlier one in the same folder.
        try folder.write("", to: "err.txt")
        let script = "echo $$ > pid; \(environment) exec '\(ToolRun.path())' serve \(words) --port 0 2> err.txt"
        run = Task { try await ToolRun.shell(script, in: folder) }
        for _ in 0..<6000 {
            let errors = Golden.text(of: folder.path + "/err.txt") ?? ""
            if let line = errors.split(separator: "\n").first(where: { $0.contains("listening on http://") }),
                let text = line.split(separator: ":").last, let port = Int(text)
            {
                self.port = port
                return
            }
            try await Task.sleep(for: .milliseconds(10))
        }
        throw NotStarted(errors: Golden.text(of: folder.path + "/err.txt") ?? "")
    }

    /// What it has said on standard error.
    var errors: String { Golden.text(of: folder.path + "/err.txt") ?? "" }

    func signal(_ number: Int32) {
        if let pid = Golden.text(of: folder.path + "/pid").flatMap({ Int32($0.filter(\.isNumber)) }) {
            Signal.send(number, to: pid)
        }
    }

    /// Its end.
    func ended() async throws -> ToolRun { try await run.value }

    /// Ends it as `kill` does; its code.
    func stop() async throws -> Int32 {
        signal(SIGTERM)
        return try await ended().code
    }

    /// One request with its answer; nil when the connection ended.
    func ask(_ path: String, _ body: String? = nil, _ fields: String = "") async throws -> RawClient.Reply? {
        try await blocking { client in
            client.send(Self.request(path, body, fields))
            return client.reply()
        }
    }

    /// Does something with a connection, on a thread that may wait.
    func blocking<Value: Sendable>(_ body: @escaping @Sendable (RawClient) -> Value) async throws -> Value {
        try await BlockingThread.run { [port] _ in body(RawClient(port: port)) }
    }

    static func request(_ path: String, _ body: String? = nil, _ fields: String = "") -> String {
        guard let body else { return "GET \(path) HTTP/1.1\r\nHost: 127.0.0.1\r\n\(fields)\r\n" }
        return "POST \(path) HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
            + "Content-Length: \(body.utf8.count)\r\n\(fields)\r\n\(body)"
    }

    /// Waits until something holds, for some seconds at most.
    func until(_ holds: (LiveServe) async throws -> Bool) async throws -> Bool {
        for _ in 0..<6000 {
            if try await holds(self) { return true }
            try await Task.sleep(for: .milliseconds(10))
        }
        return false
    }
}
