"""A server that gives the page and plays a written stream, byte by byte, as no real server would cut it."""

import http.server
import json
import pathlib
import threading
import time

PAGE = pathlib.Path(__file__).resolve().parents[2] / "Sources/ServerPage"
FILES = {"/": ("index.html", "text/html"), "/assets/app.js": ("app.js", "text/javascript"),
         "/assets/app.css": ("app.css", "text/css")}
POLICY = ("default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; base-uri 'none'; "
          "form-action 'none'; frame-ancestors 'none'")


def text(description=None):
    return {"type": "string"} | ({"description": description} if description else {})


def schema(**properties):
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}


def event(**members):
    return f"data: {json.dumps(members, ensure_ascii=False)}\n\n".encode()


def chunk(node, field, piece, call=1, last=False):
    return event(response={"predict_name": node, "call": call, "signature_field_name": field, "chunk": piece,
                           "is_last_chunk": last})


DONE = b"data: [DONE]\n\n"


class Stub:
    """Serves on a free port until it is closed. `answer` is bytes with pauses (numbers, in seconds) between."""

    def __init__(self, programs):
        self.programs = programs
        self.answer = []
        self.refusal = None
        self.posts = []
        self.gone = threading.Event()
        stub = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_):
                pass

            def give(self, status, kind, body):
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                self.send_header("Content-Security-Policy", POLICY)
                self.end_headers()
                self.wfile.write(body)

            def do_GET(self):
                path = self.path.split("?")[0]
                if path in FILES:
                    name, kind = FILES[path]
                    return self.give(200, f"{kind}; charset=utf-8", (PAGE / name).read_bytes())
                if path == "/programs":
                    return self.give(200, "application/json", json.dumps({"programs": stub.programs}).encode())
                self.give(404, "application/json", b'{"detail":"Not Found"}')

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                stub.posts.append((self.path, body.decode()))
                if stub.refusal:
                    status, value = stub.refusal
                    return self.give(status, "application/json", json.dumps(value).encode())
                self.send_response(200)
                self.send_header("Content-Type", "text/event-stream; charset=utf-8")
                self.send_header("Transfer-Encoding", "chunked")
                self.end_headers()
                try:
                    for piece in stub.answer:
                        if isinstance(piece, bytes):
                            self.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece))
                            self.wfile.flush()
                        else:
                            time.sleep(piece)
                    self.wfile.write(b"0\r\n\r\n")
                except OSError:
                    stub.gone.set()

        class Server(http.server.ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, *_):
                pass

        self.server = Server(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()
