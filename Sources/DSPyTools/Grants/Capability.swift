import Transport
import DSPyCore

/// What a tool needs from whoever runs the program.
package enum Capability: Sendable, Hashable, CustomStringConvertible {
    /// To start a program: its name as the tool writes it, or its absolute path.
    case run(String)
    /// To reach a host; the name in lower case.
    case network(host: String, port: Int)
    /// To read files below a folder, an absolute path.
    case read(String)
    /// To talk to an MCP server: the tool's name for it, and its program or its host.
    case mcp(name: String, target: String)
    /// To run Python code.
    case python
    /// To send the value of an environment variable to a model's server.
    case environment(String)

    /// The word for `--allow`: `run:rg`, `net:api.example.org`.
    package var word: String {
        switch self {
        case .run(let program): "run:\(program)"
        case .network(let host, let port):
            port == 443 || port == 80 ? "net:\(host)" : "net:\(host):\(port)"
        case .read(let folder): "read:\(folder)"
        case .mcp(let name, _): "mcp:\(name)"
        case .python: "python"
        case .environment(let name): "env:\(name)"
        }
    }

    /// `--allow` and its word, escaped: it names something that somebody else wrote.
    package var description: String { "--allow \(ShownText.word(word))" }
}

extension Origin {
    /// What is needed to reach it.
    package var capability: Capability { .network(host: host, port: port) }
}
