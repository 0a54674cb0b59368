import Platform
import DSPyCore
import TestSupport

@testable import DSPyTools

/// A small MCP server in Python without the SDK, which behaves as its first argument says.
enum FakeServer {
    static let script = #"""
        import sys, json, os, time, threading, subprocess
        mode, rest = sys.argv[1], sys.argv[2:]
        lock = threading.Lock()
        def send(message):
            with lock:
                sys.stdout.write(json.dumps(message) + "\n"); sys.stdout.flush()
        def reply(id, result): send({"jsonrpc": "2.0", "id": id, "result": result})
        def note(text):
            with open(rest[0], "a") as log: log.write(text + "\n")
        if rest: note("start")
        if mode == "dead":
            sys.stderr.write("no such table\n"); sys.exit(3)
        if mode == "mute":
            time.sleep(100000)
        if mode == "babble":
            while True: sys.stdout.write("hello, I am no server\n"); sys.stdout.flush()
        if mode == "long":
            sys.stdout.write("x" * (17 << 20)); sys.stdout.flush(); time.sleep(60)
        if mode == "child":
            note(str(subprocess.Popen(["sleep", "60"]).pid))
        answers = {}
        def serve(message):
            id, method, params = message.get("id"), message.get("method"), message.get("params", {})
            if method == "initialize":
                if mode == "chatty": sys.stdout.write("starting up...\n\n{}\n[1]\nnull\n"); sys.stdout.flush()
                version = "1999-01-01" if mode == "old" else params["protocolVersion"]
                reply(id, {"protocolVersion": version, "capabilities": {"tools": {}}, "serverInfo": {"name": "f", "version": "0"}})
                if mode == "asking":
                    send({"jsonrpc": "2.0", "id": "s1", "method": "ping"})
                    send({"jsonrpc": "2.0", "id": "s2", "method": "sampling/createMessage", "params": {}})
                    send({"jsonrpc": "2.0", "method": "notifications/message", "params": {}})
            elif method == "tools/list":
                if mode == "endless": return reply(id, {"tools": [], "nextCursor": "again"})
                cursor = int(params.get("cursor", "0"))
                result = {"tools": [{"name": f"tool{cursor}", "inputSchema": {"type": "object"}}]}
                if cursor < 2: result["nextCursor"] = str(cursor + 1)
                reply(id, result)
            elif method == "tools/call":
                name, args = params["name"], params["arguments"]
                if name == "echo":
                    reply(id, {"content": [{"type": "text", "text": json.dumps(args)}]})
                elif name == "slow":
                    answers.setdefault("slow", []).append(id)
                    time.sleep(args["seconds"]); reply(id, {"content": [{"type": "text", "text": str(args["n"])}]})
                elif name == "crash":
                    sys.stderr.write("Traceback\nboom\n"); sys.stderr.flush(); os._exit(7)
                elif name == "error": send({"jsonrpc": "2.0", "id": id, "error": {"code": -1, "message": "it is forbidden"}})
                elif name == "failed":
                    reply(id, {"content": [{"type": "text", "text": "bad"}, {"type": "text", "text": "worse"}], "isError": True})
                elif name == "picture": reply(id, {"content": [{"type": "image", "data": "aGk=", "mimeType": "image/png"}]})
                elif name == "several": reply(id, {"content": [{"type": "text", "text": "a"}, {"type": "text", "text": "b"}]})
                elif name == "structured":
                    reply(id, {"content": [{"type": "text", "text": "t"}], "structuredContent": {"a": [1]}})
                elif name == "wrong": send({"jsonrpc": "2.0", "id": 999, "result": {}}); send({"jsonrpc": "2.0", "id": id})
                elif name == "answers": reply(id, {"content": [{"type": "text", "text": json.dumps(answers)}]})
                elif name == "big": reply(id, {"content": [{"type": "text", "text": "x" * (8 << 20)}]})
                elif name == "environment": reply(id, {"content": [{"type": "text", "text": json.dumps(dict(os.environ))}]})
            elif method == "notifications/cancelled": answers["cancelled"] = params["requestId"]
            elif method is None: answers[id] = message.get("error", message.get("result"))
        for line in sys.stdin:
            threading.Thread(target=serve, args=(json.loads(line),), daemon=True).start()
        if rest: note("end")
        if mode == "stubborn":
            import signal
            signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(60)
        """#

    /// A client of such a server.
    static func client(
        _ mode: String, _ arguments: [String] = [], options: MCPClient.Options = .init(), grants: Grants = .all,
        supervisor: ProcessSupervisor = ProcessSupervisor(watchdog: nil)
    ) throws -> MCPClient {
        var options = options
        if options.timeout == .seconds(60) { options.timeout = .seconds(600) }
        if options.startTimeout == .seconds(30) { options.startTimeout = .seconds(600) }
        let python = PythonProgram.find("python3") ?? "python3"
        return try MCPClient(
            name: "fake", server: .command([python, "-u", "-c", script, mode] + arguments), options: options,
            grants: grants, supervisor: supervisor)
    }
}
