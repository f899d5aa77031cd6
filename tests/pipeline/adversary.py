"""A real HTTP server on this machine that follows a script: honest, forgetful, broken or lying."""

from __future__ import annotations

import hashlib
import io
import random
import sys
import threading
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

LAST_MODIFIED = "Mon, 01 Dec 2025 10:00:00 GMT"


def archive(size: int = 300_000, seed: int = 1, name: str = "project.csv") -> bytes:
    """A zip of one stored member of ``size`` bytes that no other seed gives."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as packed:
        member = zipfile.ZipInfo(name, (2025, 12, 1, 10, 0, 0))
        packed.writestr(member, random.Random(seed).randbytes(size))
    return out.getvalue()


def etag_of(body: bytes) -> str:
    return f'"{hashlib.sha256(body).hexdigest()[:16]}"'


@dataclass(frozen=True)
class Asked:
    """A request as the server saw it."""

    path: str
    headers: dict[str, str]

    @property
    def range_start(self) -> int | None:
        stated = self.headers.get("range")
        return int(stated.removeprefix("bytes=").removesuffix("-")) if stated else None


Behaviour = Callable[["Handler"], None]


@dataclass
class Publisher:
    """The served file, the script (one behaviour a request, then honest), and what was asked."""

    body: bytes
    script: list[Behaviour] = field(default_factory=list)
    etag: str | None = ""
    last_modified: str | None = LAST_MODIFIED
    asked: list[Asked] = field(default_factory=list)
    bodies_sent: int = 0
    url: str = ""
    always: Behaviour | None = None

    def tag(self) -> str | None:
        return etag_of(self.body) if self.etag == "" else self.etag

    def validators(self) -> dict[str, str]:
        told = {"ETag": self.tag(), "Last-Modified": self.last_modified}
        return {key: value for key, value in told.items() if value}


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: PublishingServer

    @property
    def publisher(self) -> Publisher:
        return self.server.publisher

    def do_GET(self) -> None:
        publisher = self.publisher
        headers = {key.lower(): value for key, value in self.headers.items()}
        publisher.asked.append(Asked(self.path, headers))
        behaviour = publisher.script.pop(0) if publisher.script else publisher.always or honest()
        try:
            behaviour(self)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    def log_message(self, *_: object) -> None:
        pass

    def begin(self, status: int, headers: dict[str, str]) -> None:
        self.send_response(status)
        for key, value in headers.items():
            self.send_header(key, value)
        self.end_headers()

    def part_asked_for(self) -> int | None:
        """The first byte that the client wants, when its version is the present one."""
        asked = self.publisher.asked[-1]
        condition = asked.headers.get("if-range")
        if condition and condition not in self.publisher.validators().values():
            return None
        return asked.range_start

    def has_it_already(self) -> bool:
        headers, publisher = self.publisher.asked[-1].headers, self.publisher
        if "if-none-match" in headers:
            return headers["if-none-match"] == publisher.tag()
        return "if-modified-since" in headers and headers["if-modified-since"] == publisher.last_modified


class PublishingServer(ThreadingHTTPServer):
    daemon_threads = False
    block_on_close = True
    publisher: Publisher

    def handle_error(self, *_: object) -> None:
        if not isinstance(sys.exception(), ConnectionError):  # a client that left is part of the play
            raise


@contextmanager
def serving(publisher: Publisher) -> Iterator[Publisher]:
    with PublishingServer(("127.0.0.1", 0), Handler) as server:
        server.publisher = publisher
        publisher.url = f"http://127.0.0.1:{server.server_address[1]}/data/file.zip"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield publisher
        finally:
            server.shutdown()
            thread.join()


def honest(
    *,
    break_at: int | None = None,
    claim: int | None = None,
    ranges: bool = True,
    heed_if_range: bool = True,
    chunked: bool = False,
    pause_s: float = 0.0,
    extra: bytes = b"",
    headers: dict[str, str] | None = None,
) -> Behaviour:
    """Serve the file as HTTP says, save for what is stated.

    ``break_at``: the byte of the file before which the connection breaks; ``claim``: the length that is
    told; ``extra``: bytes after the body.
    """

    def behave(handler: Handler) -> None:
        publisher = handler.publisher
        if handler.has_it_already():
            handler.begin(304, publisher.validators())
            return
        start = (handler.part_asked_for() if heed_if_range else publisher.asked[-1].range_start) or 0
        start = start if ranges else 0
        size = len(publisher.body)
        if start >= size:
            handler.begin(416, {"Content-Range": f"bytes */{size}", "Content-Length": "0"})
            return
        body = publisher.body[start:]
        told = {"Content-Type": "application/zip", **publisher.validators()}
        if start:
            told["Content-Range"] = f"bytes {start}-{size - 1}/{size}"
        told |= {"Transfer-Encoding": "chunked"} if chunked else {"Content-Length": str(claim or len(body))}
        handler.begin(206 if start else 200, told | (headers or {}))
        publisher.bodies_sent += 1
        ends = size if break_at is None else max(start, break_at)
        _send(handler, body[: ends - start] + extra, chunked=chunked, pause_s=pause_s)
        if ends < size:
            handler.close_connection = True
        elif chunked:
            handler.wfile.write(b"0\r\n\r\n")
        if claim is not None or extra:
            handler.close_connection = True

    return behave


def _send(handler: Handler, body: bytes, *, chunked: bool, pause_s: float) -> None:
    for at in range(0, len(body), 8192):
        piece = body[at : at + 8192]
        handler.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece) if chunked else piece)
        handler.wfile.flush()
        if pause_s:
            time.sleep(pause_s)


def answer(status: int, body: bytes = b"", **headers: str) -> Behaviour:
    """One fixed reply; underscores in header names stand for hyphens."""

    def behave(handler: Handler) -> None:
        told = {"Content-Length": str(len(body)), **{key.replace("_", "-"): v for key, v in headers.items()}}
        handler.begin(status, told)
        handler.wfile.write(body)

    return behave


def hang_up() -> Behaviour:
    """Close the connection without a word."""

    def behave(handler: Handler) -> None:
        handler.close_connection = True

    return behave


def raw(reply: bytes) -> Behaviour:
    """Write these bytes and close the connection."""

    def behave(handler: Handler) -> None:
        handler.wfile.write(reply)
        handler.close_connection = True

    return behave


def silent(seconds: float) -> Behaviour:
    """Say nothing for a while, then serve."""

    def behave(handler: Handler) -> None:
        time.sleep(seconds)
        honest()(handler)

    return behave


def then(change: Callable[[Publisher], None], behaviour: Behaviour) -> Behaviour:
    """Change what is published, then behave."""

    def behave(handler: Handler) -> None:
        change(handler.publisher)
        behaviour(handler)

    return behave


def http_date(in_seconds: float) -> str:
    return formatdate(time.time() + in_seconds, usegmt=True)
