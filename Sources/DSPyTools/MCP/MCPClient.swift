package import Transport
package import Platform
import Basics
package import DSPyCore
import OrderedJSON

/// A client of one Model Context Protocol server, which starts with the first use.
///
/// Calls go out at once and are told apart by their ids. When the server ends, what is under way fails, and the next call
/// starts it again, after a short and growing pause, a few times a minute at most. A task that is cancelled tells the server
/// so. `close` ends the server; one that is only dropped is killed.
///
/// - Source: modelcontextprotocol.io, revision 2025-06-18; dspy/utils/mcp.py (3.4.1) for tools and results.
package final class MCPClient: Sendable {
    /// Where a server is.
    package enum Server: Sendable, Hashable {
        /// A program that talks over its standard streams: the program and its arguments.
        case command([String])
        /// An address that takes streamable HTTP.
        case url(String)
    }

    /// What a call gives.
    package enum Result: Sendable, Hashable {
        /// The text of the answer, a list of several texts, or else its other contents.
        case text
        /// The structured content where there is some, else as `text`.
        case structured
    }

    /// The rules of a client.
    package struct Options: Sendable, Hashable {
        /// The tools to offer; nil for all.
        package var allow: [String]?
        /// What a call gives.
        package var result: Result
        /// How long a call may take.
        package var timeout: Duration
        /// How long the server may take to start.
        package var startTimeout: Duration
        /// How often within a minute a server that ended is started again.
        package var restartsPerMinute: Int
        /// A program's working folder; nil for the one of this process.
        package var folder: String?
        /// More variables of the environment to pass on to a program.
        package var environment: [String]
        /// Variables of the environment that a program gets, with their values.
        package var variables: [String: String]
        /// Header fields for an address.
        package var headers: [HTTPTool.Header]
        /// Texts that no message may show.
        package var secrets: [String]
        /// The "minute" of `restartsPerMinute`; tests on a busy machine need a longer one.
        var restartWindow = Duration.seconds(60)

        /// Options.
        package init(
            allow: [String]? = nil, result: Result = .text, timeout: Duration = .seconds(60),
            startTimeout: Duration = .seconds(30), restartsPerMinute: Int = 5, folder: String? = nil,
            environment: [String] = [], variables: [String: String] = [:], headers: [HTTPTool.Header] = [],
            secrets: [String] = []
        ) {
            self.allow = allow
            self.result = result
            self.timeout = timeout
            self.startTimeout = startTimeout
            self.restartsPerMinute = restartsPerMinute
            self.folder = folder
            self.environment = environment
            self.variables = variables
            self.headers = headers
            self.secrets = secrets
        }
    }

    /// The name of the server, for messages and grants.
    package let name: String
    private let target: String
    private let options: Options
    private let grants: Grants
    private let connector: MCPConnector

    /// A client.
    ///
    /// - Throws: `ToolDefinitionError` (`mcp`, `headers`).
    package init(
        name: String, server: Server, options: Options = Options(), grants: Grants,
        supervisor: ProcessSupervisor = .shared, transport: any HTTPTransport = CurlTransport.shared
    ) throws(ToolDefinitionError) {
        self.name = name
        self.options = options
        self.grants = grants
        switch server {
        case .command(let arguments):
            guard let program = arguments.first, !program.isEmpty else {
                throw ToolDefinitionError("mcp", "a server needs a program or an address")
            }
            guard !arguments.contains(where: { $0.utf8.contains(0) }) else {
                throw ToolDefinitionError("mcp", "an argument cannot hold a NUL character")
            }
            target =
                program.utf8.contains(UInt8(ascii: "/")) ? SystemPath.joined(program, in: options.folder) : program
            connector = MCPConnector(name: name, options: options) { session in
                try await MCPProcessChannel.open(
                    arguments, name: name, options: options, supervisor: supervisor, session: session)
            }
        case .url(let text):
            guard let address = HTTPAddress(text) else {
                throw ToolDefinitionError("mcp", "\"\(text)\" is no address of http or https without a password")
            }
            for (index, header) in options.headers.enumerated() {
                let value = try header.value.naming([], part: "headers", index: index)
                _ = try HeaderTemplate(header.name, value, index: index)
            }
            target = address.origin.host
            connector = MCPConnector(name: name, options: options) { session in
                MCPHTTPChannel(address: address, name: name, options: options, transport: transport, session: session)
            }
        }
    }

    /// What it needs: to talk to the server.
    package var capability: Capability { .mcp(name: name, target: target) }

    /// The server's tools by its own names, as DSPy would make them.
    ///
    /// - Throws: `ToolError`: `PermissionError` (not granted), `RuntimeError` (the server fails), `ValueError` (a tool of
    ///   `allow` is not there), `TimeoutError`.
    package func tools() async throws -> [Tool] {
        try require()
        let descriptions = try await guarded { try await connector.withSession { try await $0.tools() } }
        guard let allow = options.allow else { return descriptions.map(tool) }
        return try allow.map { wanted in
            guard let description = descriptions.first(where: { $0.name == wanted }) else {
                let names = descriptions.map(\.name)
                let meant = Spelling.closest(to: wanted, among: names).map { "did you mean `\($0)`? " } ?? ""
                throw ToolError(
                    "ValueError",
                    "the MCP server `\(name)` has no tool `\(wanted)`; \(meant)it has \(names.joined(separator: ", "))")
            }
            return tool(description)
        }
    }

    /// Calls a tool of the server.
    ///
    /// - Throws: `ToolError`: `RuntimeError` (the tool failed, the server ended), `McpError` (the server refuses the call),
    ///   `TimeoutError`, `PermissionError`; `CancellationError`.
    package func call(_ tool: String, _ arguments: ValueDict) async throws -> Value {
        try require()
        guard options.allow?.contains(tool) ?? true else {
            throw ToolError.denied("the tool `\(tool)` of the MCP server `\(name)` is not among those allowed")
        }
        let members = arguments.members.map { (key: $0.key.pythonString, value: $0.value.json) }
        let parameters: JSON = ["name": .string(tool), "arguments": .object(JSONObject(members))]
        let mode = options.result
        return try await guarded {
            try MCPResult(try await connector.withSession { try await $0.request("tools/call", parameters) }).value(
                mode)
        }
    }

    /// Ends the session and the server.
    package func close() async { await connector.close() }

    private func require() throws(ToolError) {
        guard grants.allows(capability) else { throw .denied("the MCP server `\(name)` needs \(capability)") }
    }

    private func tool(_ description: MCPToolDescription) -> Tool {
        let name = description.name
        var tool = Tool(
            name: name, purpose: description.purpose, arguments: description.arguments,
            body: .async { [self] values, _ in try await call(name, values) })
        tool.isOpen = true
        return tool
    }

    private func guarded<Value>(_ body: () async throws -> Value) async throws -> Value {
        do { return try await body() } catch let error as ToolError {
            throw ToolError(
                error.kind, Secrets(options.secrets).redacted(error.message), reason: error.reason, cause: error.cause)
        }
    }
}
