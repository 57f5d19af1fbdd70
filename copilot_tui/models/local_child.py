"""The child process that serves the built-in model; run as a script, never imported.

Invariant: it ends when its parent ends, however the parent ends: by the signal that Linux sends, and everywhere by the end of
its standard input. It imports nothing of this package, so that it starts at once and needs no search path.

Its first line of input is JSON: `model`, `key`, `context_tokens`, `threads`, `parent` (a process id) and `title`. Its only line
of output is JSON as well: `address`, or `error`.
"""

import json
import os
import signal
import sys
import threading


def die_with_parent(parent: int) -> None:
    """Have Linux kill this process when its parent ends; elsewhere the end of the input must do."""
    if sys.platform == "linux":
        import ctypes  # noqa: PLC0415 - only here

        pr_set_pdeathsig = 1
        ctypes.CDLL(None, use_errno=True).prctl(pr_set_pdeathsig, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(0)  # the parent was gone before the line above


def watch_input() -> None:
    """End this process when the other end of the input is closed."""
    while sys.stdin.buffer.read(4096):
        pass
    os._exit(0)


def serve(orders: dict[str, object], output: int) -> None:
    """Start the server, say where it is, and stay until the input ends."""
    try:
        import xllamacpp  # type: ignore[import-untyped]  # noqa: PLC0415 - its absence is an answer
    except ImportError:
        os.write(output, b'{"error": "missing"}\n')
        return
    parameters = xllamacpp.CommonParams()
    parameters.model.path = str(orders["model"])
    parameters.model_alias = {str(orders["title"])}
    parameters.hostnames = ["127.0.0.1"]
    parameters.port = 0
    parameters.api_keys = [str(orders["key"])]
    parameters.n_ctx = int(str(orders["context_tokens"]))
    parameters.n_parallel = 1
    parameters.cpuparams.n_threads = int(str(orders["threads"]))
    parameters.cpuparams.poll = 0  # wait instead of spinning: the machine has other things to do
    parameters.verbosity = 1
    parameters.ui = False
    parameters.endpoint_slots = False
    parameters.endpoint_props = False
    parameters.warmup = False
    try:
        server = xllamacpp.Server(parameters)
    except Exception as error:  # noqa: BLE001 - whatever it is, the parent is told
        os.write(output, json.dumps({"error": str(error)}).encode() + b"\n")
        return
    os.write(output, json.dumps({"address": server.listening_address}).encode() + b"\n")
    threading.Event().wait()


def main() -> None:
    """Read the orders and serve."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    output = os.dup(1)
    os.dup2(2, 1)  # what the library prints goes to the log
    orders = json.loads(sys.stdin.buffer.readline())
    die_with_parent(int(orders["parent"]))
    threading.Thread(target=watch_input, daemon=True).start()
    serve(orders, output)


if __name__ == "__main__":
    main()
