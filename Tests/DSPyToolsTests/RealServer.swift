import TestSupport

/// MCP servers of the official SDK, from PyPI, in a virtual environment that is made once.
enum RealServer {
    /// Whether tests may use it.
    static let isWanted = MCPEnvironment.isWanted

    /// The environment's folder.
    static func folder() async throws -> String { try await MCPEnvironment.folder() }

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
}
