package import Transport
package import DSPyCore
package import OrderedJSON

/// One kind of HTTP request as a tool: a fixed method and host, arguments in path, query, headers and body.
///
/// A redirect is followed, at most five times, where its host is granted too and https stays https; what went to another
/// host loses all headers that hold a secret. Methods change as curl changes them: 303 turns everything into GET, 301 and
/// 302 only POST.
package struct HTTPTool: Sendable {
    /// What a request carries.
    package enum Body: Sendable, Hashable {
        /// JSON; a string that is nothing but `{name}` becomes the value itself.
        case json(JSON)
        /// Text; values stand in it as they are, those that are no text as JSON.
        case text(TextTemplate)
    }

    /// The rules of a call.
    package struct Options: Sendable, Hashable {
        /// Header fields in order.
        package var headers: [Header]
        /// The body; nil for none.
        package var body: Body?
        /// Which part of a JSON answer is the result: keys and positions joined by dots; nil for all of it.
        package var select: String?
        /// How long a call may take, redirects included.
        package var timeout: Duration
        /// How many bytes an answer may have.
        package var sizeLimit: Int

        /// Options.
        package init(
            headers: [Header] = [], body: Body? = nil, select: String? = nil, timeout: Duration = .seconds(30),
            sizeLimit: Int = 1 << 20
        ) {
            self.headers = headers
            self.body = body
            self.select = select
            self.timeout = timeout
            self.sizeLimit = sizeLimit
        }
    }

    /// A header field.
    package struct Header: Sendable, Hashable {
        package var name: String
        package var value: TextTemplate

        package init(_ name: String, _ value: TextTemplate) {
            self.name = name
            self.value = value
        }
    }

    private let method: String
    private let url: URLTemplate
    private let headers: [HeaderTemplate]
    private let body: BodyTemplate?
    private let path: JSONPath?
    private let options: Options
    private let secrets: Secrets
    /// The names, in lower case, of headers that hold something of the environment.
    private let personal: Set<String>
    /// Whether the body does.
    private let hasPersonalBody: Bool
    private let grants: Grants
    private let transport: any HTTPTransport

    /// A request.
    ///
    /// - Parameters:
    ///   - method: `GET`, `POST`, `PUT`, `PATCH` or `DELETE`.
    ///   - url: The address; its host is fixed.
    ///   - arguments: The names that may stand in braces.
    ///   - variable: The value of an environment variable, which no result and no message shows.
    ///   - transport: What sends it; nil for libcurl.
    /// - Throws: `ToolDefinitionError` (`http`, `headers`, `body`, `select`).
    package init(
        _ method: String, _ url: TextTemplate, arguments: [String], options: Options = Options(), grants: Grants,
        transport: (any HTTPTransport)? = nil, variable: (String) -> String? = { _ in nil }
    ) throws(ToolDefinitionError) {
        guard Self.methods.contains(method) else {
            throw ToolDefinitionError("http", "\"\(method)\" is none of \(Self.methods.joined(separator: ", "))")
        }
        self.method = method
        var secrets: [String] = []
        func value(_ name: String) -> String {
            let value = variable(name) ?? ""
            secrets.append(value)
            return value
        }
        self.url = try URLTemplate(
            url.naming(arguments, part: "http").resolved { URLTemplate.encoded(value($0)) })
        var headers: [HeaderTemplate] = []
        for (index, header) in options.headers.enumerated() {
            let template = try header.value.naming(arguments, part: "headers", index: index)
            headers.append(try HeaderTemplate(header.name, template.resolved(value), index: index))
        }
        self.headers = headers
        personal = Set(options.headers.filter(\.value.readsEnvironment).map { $0.name.lowercased() })
        let readBefore = secrets.count
        switch options.body {
        case .json(let json):
            body = .json(
                try JSONTemplate(json) { text throws(ToolDefinitionError) in
                    try TextTemplate(text, readsEnvironment: true).naming(arguments, part: "body").resolved(value)
                })
        case .text(let text): body = .text(try text.naming(arguments, part: "body").resolved(value))
        case nil: body = nil
        }
        hasPersonalBody = secrets.count > readBefore
        self.secrets = Secrets(secrets)
        if body != nil, method == "GET" {
            throw ToolDefinitionError("body", "a GET request has no body; use POST, or put the values into the address")
        }
        path = if let select = options.select { try JSONPath(select) } else { nil }
        self.options = options
        self.grants = grants
        self.transport = transport ?? CurlTransport(sizeLimit: options.sizeLimit)
    }

    /// What it needs: to reach its host.
    package var capability: Capability { url.origin.capability }

    /// The request as a tool.
    ///
    /// A call throws `ToolError`: `PermissionError` (not granted), `ValueError` (an argument that cannot be passed),
    /// `TimeoutError`, `ConnectionError`, `RuntimeError` (a status beyond 2xx, an answer that is too large, a redirect that
    /// is not followed), `KeyError` and `IndexError` (nothing to select).
    package func tool(name: String, purpose: String?, arguments: [Tool.Argument]) -> Tool {
        Tool(
            name: name, purpose: purpose, arguments: arguments,
            body: .async { values, _ in try await run(values, name: name) })
    }

    private static let methods = ["GET", "POST", "PUT", "PATCH", "DELETE"]

    private func run(_ values: ValueDict, name: String) async throws -> Value {
        try grants.require(capability, for: name)
        var exchange = try HTTPExchange(
            method: method, address: url.filled(values), headers: fields(values), body: bytes(values),
            personal: personal, hasPersonalBody: hasPersonalBody)
        do throws(ToolError) {
            let response = try await exchange.answer(
                through: transport, timeout: options.timeout, sizeLimit: options.sizeLimit
            ) { address throws(ToolError) in try grants.require(address.origin.capability, for: name) }
            return try value(of: response)
        } catch {
            try Task.checkCancellation()
            throw ToolError(error.kind, secrets.redacted(error.message), reason: error.reason)
        }
    }

    private func fields(_ values: ValueDict) throws(ToolError) -> [(name: String, value: String)] {
        var fields: [(name: String, value: String)] = []
        for header in headers { fields.append((header.name, try header.filled(values))) }
        let isTyped = fields.contains { $0.name.lowercased() == "content-type" }
        switch body {
        case .json where !isTyped: fields.append(("Content-Type", "application/json"))
        case .text where !isTyped: fields.append(("Content-Type", "text/plain; charset=utf-8"))
        default: break
        }
        return fields
    }

    private func bytes(_ values: ValueDict) -> [UInt8]? {
        switch body {
        case .json(let template):
            var bytes: [UInt8] = []
            template.filled(values).write(into: &bytes)
            return bytes
        case .text(let template): return Array(template.filled(values).utf8)
        // Servers want to be told that there is nothing.
        case nil: return method == "GET" || method == "DELETE" ? nil : []
        }
    }

    private func value(of response: HTTPResponse) throws(ToolError) -> Value {
        let host = url.origin.host
        guard (200..<300).contains(response.status) else {
            let start = String(decoding: response.body.prefix(500), as: UTF8.self)
            let words = PythonString.strip(start)
            throw ToolError("RuntimeError", "\(host) answered \(response.status)\(words.isEmpty ? "" : ": \(words)")")
        }
        let type = (response.headers["content-type"] ?? "").lowercased().prefix { $0 != ";" }
        let isJSON = type.hasSuffix("/json") || type.hasSuffix("+json")
        guard isJSON || path != nil else { return .string(secrets.redacted(response.text)) }
        let json: JSON
        do throws(JSONError) { json = try JSON(parsing: response.body, options: .python) } catch {
            guard path == nil else { throw ToolError("ValueError", "\(host) answered no JSON: \(error)") }
            return .string(secrets.redacted(response.text))
        }
        return Value(secrets.redacted(try path?.value(in: json) ?? json))
    }
}

/// The body of a request with its arguments open.
private enum BodyTemplate: Sendable {
    case json(JSONTemplate)
    case text(TextTemplate)
}
