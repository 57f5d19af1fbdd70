"""A hub on loopback: one repository with one large file, as the Hugging Face hub serves them."""

import contextlib
import hashlib
import json
import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self

COMMIT = "0123456789abcdef0123456789abcdef01234567"


class HubServer:
    """Serves `content` as `file` of `repository`; `sha256` is what it says of the file."""

    def __init__(self, repository: str, file: str, content: bytes) -> None:
        self.repository = repository
        self.file = file
        self.content = content
        self.sha256 = hashlib.sha256(content).hexdigest()
        self.status = 200
        self.starts: list[int] = []  # from which byte on the file was asked for
        hub = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002
                pass

            def do_GET(self) -> None:
                if hub.status != 200:
                    self._send(hub.status, b'{"error": "no"}')
                elif self.path.startswith(f"/api/models/{hub.repository}"):
                    entry = {"sha256": hub.sha256, "size": len(hub.content), "pointerSize": 100}
                    sibling = {"rfilename": hub.file, "size": len(hub.content), "lfs": entry}
                    self._send(200, json.dumps({"id": hub.repository, "sha": COMMIT, "siblings": [sibling]}).encode())
                elif self.path == f"/{hub.repository}/resolve/{COMMIT}/{hub.file}":
                    hub._send_file(self)
                else:
                    self._send(404, b"{}")

            def _send(self, status: int, body: bytes) -> None:
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    @property
    def endpoint(self) -> str:
        """What goes into HF_ENDPOINT."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def _send_file(self, handler: BaseHTTPRequestHandler) -> None:
        asked = re.match(r"bytes=(\d+)-", handler.headers.get("Range", ""))
        start = int(asked[1]) if asked else 0
        self.starts.append(start)
        rest = self.content[start:]
        handler.send_response(206 if asked else 200)
        handler.send_header("Content-Length", str(len(rest)))
        if asked:
            handler.send_header("Content-Range", f"bytes {start}-{len(self.content) - 1}/{len(self.content)}")
        handler.end_headers()
        with contextlib.suppress(ConnectionError):  # the client left
            handler.wfile.write(rest)
        handler.close_connection = True

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
