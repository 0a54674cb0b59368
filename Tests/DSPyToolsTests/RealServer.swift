import DSPy
import TestSupport

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

@testable import DSPyTools

/// MCP servers of the official SDK, from PyPI, in a virtual environment that is made once.
enum RealServer {
    private static let packages = ["mcp==2.3.0", "mcp-server-time==2026.10.19"]
    private static let environment = Task { try await make() }

    /// Whether tests may use it.
    static let isWanted = getenv("DSPY_LOCAL_TESTS") != nil

    /// The environment's folder.
    static func folder() async throws -> String { try await environment.value }

    /// A server with a few tools; over HTTP when it gets a port.
    static let script = #"""
        import os, sys, time, asyncio
        from mcp.server.mcpserver import MCPServer
        from pydantic import BaseModel
        server = MCPServer("probe")
        asleep = 0
        class Point(BaseModel):
            x: int
            y: float = 0.5
        @server.tool()
        def add(a: int, b: int = 10) -> int:
            """Add two numbers."""
            return a + b
        @server.tool()
        async def sleep(seconds: float) -> str:
            global asleep
            asleep += 1
            await asyncio.sleep(seconds)
            asleep -= 1
            return "slept"
        @server.tool()
        async def sleepers() -> int:
            return asleep
        @server.tool()
        def crash() -> str:
            os._exit(9)
        @server.tool()
        def structured(point: Point) -> Point:
            return Point(x=point.x + 1, y=point.y)
        @server.tool()
        def fail() -> str:
            raise ValueError("it is broken")
        if len(sys.argv) > 1:
            server.run("streamable-http", port=int(sys.argv[1]))
        else:
            server.run()
        """#

    private static func make() async throws -> String {
        let cache = getenv("XDG_CACHE_HOME").map { String(cString: $0) } ?? "/tmp"
        let folder = "\(cache)/dspy-swift-tests-\(packages.joined(separator: "-"))"
        if access(folder + "/ready", F_OK) == 0 { return folder }
        let python = PythonProgram.find("python3") ?? "python3"
        let options = CommandTool.Options(
            environment: [
                "PIP_CERT", "PIP_FIND_LINKS", "PIP_INDEX_URL", "SSL_CERT_FILE", "HTTPS_PROXY", "https_proxy",
            ],
            timeout: .seconds(300))
        _ = try await call([python, "-m", "venv", "--clear", folder], [:], options)
        _ = try await call([folder + "/bin/pip", "install", "-q"] + packages, [:], options)
        _ = try await call(["touch", folder + "/ready"])
        return folder
    }
}
