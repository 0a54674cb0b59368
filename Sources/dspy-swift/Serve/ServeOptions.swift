import Basics
import Console
import DSPyServer
import HTTPServer
import Platform

/// What the flags of `serve` say of the server itself.
struct ServeOptions: Sendable {
    let host: String
    let port: Int
    let tokenFile: String?
    let allowsAnyone: Bool
    let allowedHosts: [String]
    let origins: [String]
    let drain: Duration
    let reloads: Bool
    let accessLog: String?
    var limits = ServerLimits()
    var settings = ServeSettings()

    init(_ arguments: ParsedArguments) throws {
        host = arguments.string("host") ?? "127.0.0.1"
        port = try arguments.int("port", in: 0...65535) ?? 8000
        tokenFile = arguments.string("token-file")
        allowsAnyone = arguments.bool("allow-unauthenticated")
        allowedHosts = arguments.all("allowed-host")
        origins = arguments.all("cors")
        for host in allowedHosts where Gatekeeper.hostName(host) == nil {
            throw arguments.table.failure("--allowed-host takes a name such as qa.example.org, not '\(host)'")
        }
        for origin in origins where !Gatekeeper.isOrigin(origin) {
            throw arguments.table.failure(
                "--cors takes an origin such as https://app.example.org, without a path, or `*`; not '\(origin)'")
        }
        reloads = arguments.bool("reload")
        accessLog = arguments.string("access-log")
        func seconds(_ name: String, atLeast least: Double = 0.001) throws -> Duration? {
            try arguments.double(name, atLeast: least).map { .bounded(seconds: $0) }
        }
        drain = try seconds("drain", atLeast: 0) ?? .seconds(30)
        limits.head = try seconds("head-timeout") ?? limits.head
        limits.body = try seconds("body-timeout") ?? limits.body
        limits.idle = try seconds("idle-timeout") ?? limits.idle
        limits.request = try seconds("request-timeout") ?? limits.request
        limits.ping = try seconds("ping") ?? limits.ping
        limits.connections = try arguments.int("max-connections", in: 1...1_000_000) ?? limits.connections
        settings.workers = try arguments.int("async-max-workers", in: 1...1_000_000) ?? settings.workers
        settings.queue = try arguments.int("queue", in: 0...1_000_000) ?? settings.queue
        settings.bodyLimit = try arguments.int("max-body", in: 1...1 << 30) ?? settings.bodyLimit
        settings.hasPage = !arguments.bool("no-page")
    }

    /// The token that requests have to bring; nil for none.
    ///
    /// - Throws: `Failure` for a file that holds none, which is never repeated.
    func token() throws -> BearerToken? {
        let (text, origin): (String, String)
        if let tokenFile {
            let bytes = try FileReading.bytes(at: tokenFile, limit: 1 << 20, isPlain: false)
            let line = bytes.prefix { $0 != 0x0A && $0 != 0x0D }
            (text, origin) = (String(decoding: line, as: UTF8.self), "--token-file \(tokenFile)")
        } else if let given = Environment.value("DSPY_SERVE_TOKEN"), !given.isEmpty {
            (text, origin) = (given, "$DSPY_SERVE_TOKEN")
        } else {
            return nil
        }
        guard let token = BearerToken(text) else {
            throw Failure(
                .usage,
                "\(origin): a token is at least \(BearerToken.shortest) visible ASCII characters, such as those of `openssl rand -hex 32`"
            )
        }
        return token
    }
}
