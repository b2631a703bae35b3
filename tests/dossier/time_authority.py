"""A time stamp authority on the loopback: RFC 3161 over real HTTP, or one that answers wrongly."""
from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from asn1crypto import tsp

REPLY = "application/timestamp-reply"


@contextmanager
def time_authority(stamper: Any, *, status: int = 200, body: bytes | None = None, seconds: float = 0.0) -> Iterator[tuple[str, list[tsp.TimeStampReq]]]:
    """Serve time stamps made by ``stamper`` (or always ``body``); yields the address and what was asked."""
    asked: list[tsp.TimeStampReq] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            data = self.rfile.read(int(self.headers["Content-Length"]))
            request = tsp.TimeStampReq.load(data, strict=True)
            asked.append(request)
            time.sleep(seconds)
            answer = body if body is not None else asyncio.run(stamper.async_request_tsa_response(request)).dump()
            with suppress(OSError):  # who asked may be gone
                self.send_response(status)
                self.send_header("Content-Type", REPLY)
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

        def log_message(self, *_said: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/", asked
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def nobody_there() -> str:
    """An address at which nothing listens."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    url = f"http://127.0.0.1:{server.server_address[1]}/"
    server.server_close()
    return url
