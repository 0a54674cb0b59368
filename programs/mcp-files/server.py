"""An MCP server for the files below its folder `files`, on standard input and output; needs `pip install mcp`."""

import pathlib

try:
    from mcp.server.mcpserver import MCPServer
except ModuleNotFoundError:  # before version 2
    from mcp.server.fastmcp import FastMCP as MCPServer

root = (pathlib.Path(__file__).parent / "files").resolve()
server = MCPServer("files")


@server.tool()
def list_files() -> list[str]:
    """The names of all files."""
    return sorted(str(path.relative_to(root)) for path in root.rglob("*") if path.is_file())


@server.tool()
def read_text(name: str) -> str:
    """The text of one file."""
    path = (root / name).resolve()
    if root not in path.parents:
        raise ValueError("there is no such file")
    return path.read_text()


server.run()
