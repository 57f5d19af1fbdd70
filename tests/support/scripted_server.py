"""A scripted OpenAI-compatible endpoint on loopback: answers what the test scripts, and records every request.

    with ScriptedServer() as server:
        server.then(replies.answer("return a + b"))
        ...                                        # the program under test talks to server.base_url
        assert server.requests[0].body["model"] == "scripted"

It runs in threads of its own on bare sockets, so that asynchronous tests, synchronous tests and other processes can use it.
"""

import contextlib
import json
import select
import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from tests.support import replies
from tests.support.replies import Repeat, Reply, Reset, Send, Sleep


@dataclass
class RecordedRequest:
    """One request as it came in; `left` is set when the client closes the connection before the reply is over."""

    method: str
    path: str
    headers: Mapping[str, str]
    raw_body: bytes
    time: float
    left: threading.Event = field(default_factory=threading.Event)
    answered: threading.Event = field(default_factory=threading.Event)

    @property
    def body(self) -> dict[str, Any]:
        """The JSON body."""
        loaded: dict[str, Any] = json.loads(self.raw_body)
        return loaded

    @property
    def prompt(self) -> str:
        """The contents of all messages."""
        return "\n".join(str(message["content"]) for message in self.body["messages"])


Script = Callable[[RecordedRequest], Reply]


class ScriptedServer:
    """Replies in the order in which they were scripted; when there are none left, `otherwise` decides."""

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self.models: list[str] = ["scripted"]
        self.otherwise: Script = lambda request: replies.answer("ok")
        self._queue: list[Reply] = []
        self._requests: list[RecordedRequest] = []
        self._lock = threading.Lock()
        self._tls = tls
        self._closing = threading.Event()
        self._connections: set[socket.socket] = set()
        self._threads: list[threading.Thread] = []
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.port: int = self._listener.getsockname()[1]

    @property
    def base_url(self) -> str:
        """What goes into a profile's base_url."""
        return f"{'https' if self._tls else 'http'}://127.0.0.1:{self.port}/v1"

    @property
    def requests(self) -> list[RecordedRequest]:
        """The requests for completions so far, in the order in which they came."""
        with self._lock:
            return [request for request in self._requests if request.method == "POST"]

    @property
    def all_requests(self) -> list[RecordedRequest]:
        """Every request so far, also those for the list of models."""
        with self._lock:
            return list(self._requests)

    def then(self, *scripted: Reply) -> None:
        """Answer the next requests with these replies."""
        with self._lock:
            self._queue.extend(scripted)

    def forget(self) -> None:
        """Let the requests so far go: what runs for long would keep them all."""
        with self._lock:
            self._requests.clear()
        self._threads = [thread for thread in self._threads if thread.is_alive()]

    def wait_for_requests(self, count: int, seconds: float = 40.0) -> list[RecordedRequest]:
        """The requests once there are `count` of them; fails after `seconds`."""
        until = time.monotonic() + seconds
        while len(self.requests) < count:
            if time.monotonic() > until:
                raise AssertionError(f"{len(self.requests)} requests came instead of {count}")
            time.sleep(0.005)
        return self.requests

    def __enter__(self) -> Self:
        self._start(self._accept)
        return self

    def __exit__(self, *_: object) -> None:
        self._closing.set()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        with self._lock:
            connections = list(self._connections)
        for connection in connections:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(5)

    def _start(self, work: Callable[..., None], *arguments: object) -> None:
        thread = threading.Thread(target=work, args=arguments, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while not self._closing.is_set():
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            with self._lock:
                self._connections.add(connection)
            self._start(self._serve, connection)

    def _serve(self, connection: socket.socket) -> None:
        stream = connection
        try:
            if self._tls is not None:
                stream = self._tls.wrap_socket(connection, server_side=True)
            while not self._closing.is_set():
                request = _read_request(stream)
                if request is None or not self._reply(stream, request):
                    return
        except (OSError, ValueError):
            pass
        finally:
            with self._lock:
                self._connections.discard(connection)
            stream.close()

    def _reply(self, connection: socket.socket, request: RecordedRequest) -> bool:
        with self._lock:
            self._requests.append(request)
            scripted = self._queue.pop(0) if request.method == "POST" and self._queue else None
        if request.method == "GET":
            listed = [{"id": name, "object": "model"} for name in self.models]
            scripted = replies.json_body(200, {"object": "list", "data": listed})
        reply = scripted or self.otherwise(request)
        try:
            for step in reply.steps:
                if not self._carry_out(step, connection):
                    request.left.set()
                    return False
        except OSError:
            request.left.set()
            return False
        request.answered.set()
        return reply.keep_open

    def _carry_out(self, step: replies.Step, connection: socket.socket) -> bool:
        """Whether the client is still there after the step."""
        match step:
            case Send(data):
                connection.sendall(data)
            case Sleep(seconds):
                return self._client_stays(connection, seconds)
            case Repeat(data, every):
                while self._client_stays(connection, every):
                    connection.sendall(data)
                return False
            case Reset():
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                connection.close()
        return True

    def _client_stays(self, connection: socket.socket, seconds: float) -> bool:
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            if self._closing.is_set():
                return False
            readable, _, _ = select.select([connection], [], [], min(left, 0.05))
            if readable:
                # The next bytes of the client: none means that it has closed the connection.
                return bool(connection.recv(1, socket.MSG_PEEK)) if self._tls is None else False
        return True


def _read_request(connection: socket.socket) -> RecordedRequest | None:
    data = b""
    while b"\r\n\r\n" not in data:
        piece = connection.recv(65536)
        if not piece:
            return None
        data += piece
    top, _, rest = data.partition(b"\r\n\r\n")
    first, *lines = top.decode("latin-1").split("\r\n")
    method, path, _ = first.split(" ", 2)
    headers = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    length = int(headers.get("content-length", "0"))
    while len(rest) < length:
        piece = connection.recv(1 << 20)
        if not piece:
            return None
        rest += piece
    return RecordedRequest(method, path, headers, rest, time.monotonic())
