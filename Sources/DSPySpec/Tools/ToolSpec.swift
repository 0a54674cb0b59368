package import DSPyCore
package import OrderedJSON

/// A tool as a file describes it; plain data, from which others make something that acts.
package struct ToolSpec: Sendable, Hashable {
    /// One argument.
    package struct Argument: Sendable, Hashable {
        package let name: String
        package let type: FieldType
        /// What the model is told of it.
        package let description: String?
        /// The value it takes when it is left out, of its type; nil: it may not be left out.
        package let defaultValue: Value?

        package init(name: String, type: FieldType, description: String? = nil, defaultValue: Value? = nil) {
            self.name = name
            self.type = type
            self.description = description
            self.defaultValue = defaultValue
        }
    }

    /// A value of an argument that the file fixes, so that no model sees or chooses it.
    package enum BoundValue: Sendable, Hashable {
        /// The value, of the argument's type where that is known.
        case literal(Value)
        /// The value of an environment variable.
        case environment(String)
    }

    /// The tools of a kind that are built in.
    package static let builtins = ["calculator", "now", "date", "read_file", "python_interpreter"]

    /// What a call does.
    package enum Kind: Sendable, Hashable {
        /// Runs a command.
        case command(CommandToolSpec)
        /// Sends a request.
        case http(HTTPToolSpec)
        /// One of `ToolSpec.builtins`.
        case builtin(String)
        /// The tools of an MCP server.
        case mcp(MCPTools)
        /// Runs another program of the folder; the path as it is written.
        case program(path: String)

        /// The key of a file that says so.
        package var name: String {
            switch self {
            case .command: "command"
            case .http: "http"
            case .builtin: "builtin"
            case .mcp: "mcp"
            case .program: "program"
            }
        }
    }

    /// The name by which models and `tool` nodes call it; of an MCP server, the first part of such a name.
    package let name: String
    /// What the model is told of it.
    package let description: String?
    /// Its arguments in order, the bound ones too; nil where the tool itself says them (`builtin`, `mcp`, `program`).
    package let arguments: [Argument]?
    /// Fixed arguments in the order of the file.
    package let bound: [(name: String, value: BoundValue)]
    /// What a call does.
    package let kind: Kind

    package init(
        name: String, description: String?, arguments: [Argument]?, bound: [(name: String, value: BoundValue)] = [],
        kind: Kind
    ) {
        self.name = name
        self.description = description
        self.arguments = arguments
        self.bound = bound
        self.kind = kind
    }

    package static func == (left: ToolSpec, right: ToolSpec) -> Bool {
        left.name == right.name && left.description == right.description && left.arguments == right.arguments
            && left.bound.map(\.name) == right.bound.map(\.name) && left.bound.map(\.value) == right.bound.map(\.value)
            && left.kind == right.kind
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(name)
        hasher.combine(kind)
    }
}

/// A command as a tool: an argv array, never a shell.
package struct CommandToolSpec: Sendable, Hashable {
    /// How the result is read.
    package enum Result: String, Sendable, Hashable, CaseIterable {
        /// As text.
        case text
        /// As JSON.
        case json
    }

    /// The elements; the first one has no placeholder.
    package let argv: [TextTemplate]
    /// What goes to standard input; nil for nothing.
    package let stdin: TextTemplate?
    /// The folder it runs in, inside the file's, as a path that can be opened; nil for the caller's.
    package let folder: String?
    /// The names of the environment variables that it sees beside the ones that every command sees.
    package let environment: [String]
    /// How many seconds it may take; nil for the default.
    package let timeout: Double?
    /// How many characters of its output count; nil for the default.
    package let maxOutput: Int?
    /// How its output is read.
    package let result: Result
    /// The exit statuses that are no failure; nil for 0 alone.
    package let statuses: [Int]?

    package init(
        argv: [TextTemplate], stdin: TextTemplate? = nil, folder: String? = nil, environment: [String] = [],
        timeout: Double? = nil, maxOutput: Int? = nil, result: Result = .text, statuses: [Int]? = nil
    ) {
        self.statuses = statuses
        self.argv = argv
        self.stdin = stdin
        self.folder = folder
        self.environment = environment
        self.timeout = timeout
        self.maxOutput = maxOutput
        self.result = result
    }
}

/// An HTTP request as a tool.
package struct HTTPToolSpec: Sendable, Hashable {
    /// What is sent.
    package enum Body: Sendable, Hashable {
        /// A text.
        case text(TextTemplate)
        /// A JSON value whose strings are templates; a string that is one placeholder is the argument's value itself.
        case json(JSON)
    }

    /// One header.
    package struct Header: Sendable, Hashable {
        package let name: String
        package let value: TextTemplate

        package init(name: String, value: TextTemplate) {
            self.name = name
            self.value = value
        }
    }

    /// `GET`, `POST`, ….
    package let method: String
    /// The address; scheme and host have no placeholder.
    package let url: TextTemplate
    /// The host, with the port if one is written.
    package let host: String
    /// The headers in order.
    package let headers: [Header]
    /// What is sent; nil for nothing.
    package let body: Body?
    /// The path of the part of the JSON answer that is the result; nil for all of it.
    package let select: [String]?
    /// How many seconds it may take; nil for the default.
    package let timeout: Double?
    /// How many characters of the answer count; nil for the default.
    package let maxOutput: Int?

    package init(
        method: String, url: TextTemplate, host: String, headers: [Header] = [], body: Body? = nil,
        select: [String]? = nil, timeout: Double? = nil, maxOutput: Int? = nil
    ) {
        self.method = method
        self.url = url
        self.host = host
        self.headers = headers
        self.body = body
        self.select = select
        self.timeout = timeout
        self.maxOutput = maxOutput
    }

    /// The methods that a file may use.
    package static let methods = ["GET", "POST", "PUT", "PATCH", "DELETE"]
}

/// An MCP server whose tools a program may call.
package struct MCPTools: Sendable, Hashable {
    /// How the server is reached.
    package enum Server: Sendable, Hashable {
        /// A command that speaks over its standard input and output.
        case command([String])
        /// An address.
        case url(String)
    }

    /// How the server is reached.
    package let server: Server
    /// The names of the server's tools that may be called; nil for all.
    package let allowed: [String]?
    /// The names of the environment variables that a command sees beside the ones that every command sees.
    package let environment: [String]

    /// A server's tools.
    package init(server: Server, allowed: [String]? = nil, environment: [String] = []) {
        self.server = server
        self.allowed = allowed
        self.environment = environment
    }
}
