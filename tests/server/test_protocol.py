"""Bounds on time and size of HTTP requests, on a real server with short timeouts."""

import asyncio
import contextlib
import resource
import select
import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

import pytest
import uvicorn
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from jacviz.server.protocol import BoundedHttpToolsProtocol

from serving import Server

MIB = 2**20
LIMIT = BoundedHttpToolsProtocol.max_head_bytes


class ShortTimeout(BoundedHttpToolsProtocol):
    client_timeout = 0.05


class NoTimeout(BoundedHttpToolsProtocol):
    client_timeout = 3600.0
    max_waiting_connections = 8


async def _app(scope: Scope, receive: Receive, send: Send) -> None:
    """Answers the length of a body; /large answers more than any buffer, /slow after a while."""
    assert scope["type"] == "http"
    length = len(await Request(scope, receive).body())
    if scope["path"] == "/slow":
        await asyncio.sleep(4 * ShortTimeout.client_timeout)
    await Response(bytes(64 * MIB) if scope["path"] == "/large" else str(length))(
        scope, receive, send
    )


@contextmanager
def _serving(http: type[HttpToolsProtocol]) -> Iterator[tuple[str, int]]:
    with closing(socket.socket()) as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(2048)
        server = uvicorn.Server(
            uvicorn.Config(_app, http=http, lifespan="off", log_level="critical")
        )
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            yield listening.getsockname()
        finally:
            server.should_exit = True
            thread.join(timeout=20)


@pytest.fixture(scope="module")
def short() -> Iterator[tuple[str, int]]:
    with _serving(ShortTimeout) as address:
        yield address


@pytest.fixture(scope="module")
def patient() -> Iterator[tuple[str, int]]:
    with _serving(NoTimeout) as address:
        yield address


@pytest.fixture(scope="module")
def usual() -> Iterator[tuple[str, int]]:
    with _serving(BoundedHttpToolsProtocol) as address:
        yield address


def _head(*headers: str, method: str = "GET", path: str = "/", host: str = "x") -> bytes:
    return "\r\n".join([f"{method} {path} HTTP/1.1", f"Host: {host}", *headers, "", ""]).encode()


def _send(connection: socket.socket, count: int) -> None:
    for _ in range(count // LIMIT):
        connection.sendall(b"y" * LIMIT)


def _until_closed(connection: socket.socket) -> bytes:
    received = bytearray()
    with contextlib.suppress(ConnectionResetError):
        while part := connection.recv(65536):
            received += part
    return bytes(received)


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"\r\n",
        b"GET / HT",
        _head("X-Long: ")[:-4],
        _head("Content-Length: 5", method="POST"),
        _head("Content-Length: 5", method="POST") + b"abc",
        _head("Transfer-Encoding: chunked", method="POST") + b"3\r\nabc\r\n",
        _head("Transfer-Encoding: chunked", method="POST") + b"3\r\nabc\r\n0\r\nTrailer: ",
    ],
)
def test_a_client_that_falls_silent_is_disconnected(short: tuple[str, int], sent: bytes) -> None:
    with socket.create_connection(short, timeout=20) as client:
        client.sendall(sent)
        assert _until_closed(client) == b""


def test_a_head_that_comes_byte_by_byte_has_no_longer(short: tuple[str, int]) -> None:
    drip = ShortTimeout.client_timeout / 10
    with socket.create_connection(short, timeout=20) as client:
        client.sendall(_head("X-Long: ")[:-4])
        for _ in range(1000):
            client.sendall(b"y")
            if select.select([client], [], [], drip)[0]:
                break
        assert _until_closed(client) == b""


@pytest.mark.parametrize("more", [b"", b"\r\n", b"GET / HT"])
def test_a_client_that_falls_silent_after_an_answer_is_disconnected(
    short: tuple[str, int], more: bytes
) -> None:
    with socket.create_connection(short, timeout=20) as client:
        client.sendall(_head() + more)
        assert _until_closed(client).endswith(b"\r\n\r\n0")


def test_a_client_that_does_not_read_its_answer_is_disconnected(short: tuple[str, int]) -> None:
    with socket.create_connection(short, timeout=20) as client:
        client.sendall(_head(path="/large"))
        # Without reading, a closed connection shows in that writing to it fails.
        with pytest.raises((BrokenPipeError, ConnectionResetError)):
            _send(client, 1024 * MIB)


def test_an_answer_may_take_longer_than_the_timeout(short: tuple[str, int]) -> None:
    with socket.create_connection(short, timeout=20) as client:
        client.sendall(_head(path="/slow") + _head("Connection: close"))
        assert _until_closed(client).count(b"HTTP/1.1 200 OK") == 2


def test_among_too_many_silent_connections_the_longest_silent_is_closed(
    patient: tuple[str, int],
) -> None:
    most = NoTimeout.max_waiting_connections
    with ExitStack() as stack:
        silent = [
            stack.enter_context(socket.create_connection(patient, timeout=20))
            for _ in range(3 * most)
        ]
        for closed in silent[: 2 * most]:
            assert _until_closed(closed) == b""
        silent[-1].sendall(_head())
        assert silent[-1].recv(65536).startswith(b"HTTP/1.1 200 OK")


@pytest.mark.parametrize(
    "request_",
    [
        _head("X-Long: " + "y" * LIMIT),
        _head("X-Long: " + "y" * 2 * LIMIT)[:-4],
        _head(*[f"X-{number}: {'y' * 100}" for number in range(LIMIT // 100)]),
        _head(path="/" + "y" * LIMIT),
        _head("Upgrade: websocket", "Connection: upgrade", "X-Long: " + "y" * LIMIT),
    ],
    ids=["one", "unfinished", "many", "target", "upgrade"],
)
def test_a_head_that_is_too_large_is_refused(patient: tuple[str, int], request_: bytes) -> None:
    with socket.create_connection(patient, timeout=20) as client:
        client.sendall(request_)
        said = _until_closed(client)
    assert said.startswith(b"HTTP/1.1 431 Request Header Fields Too Large\r\n")
    assert said.endswith(f"more than {LIMIT} bytes".encode())


def test_a_header_without_end_is_refused_before_it_is_stored(patient: tuple[str, int]) -> None:
    with socket.create_connection(patient, timeout=20) as client:
        client.sendall(_head("X-Long: ")[:-4])
        # What is under way in the sockets' buffers counts as sent.
        with pytest.raises((BrokenPipeError, ConnectionResetError)):
            _send(client, 32 * MIB)


def test_large_bodies_and_many_requests_are_no_large_heads(patient: tuple[str, int]) -> None:
    body = b"y" * (4 * LIMIT)
    chunks = b"".join(b"%x\r\n%b\r\n" % (len(body), body) for _ in range(3)) + b"0\r\n\r\n"
    with socket.create_connection(patient, timeout=20) as client:
        client.sendall(_head("Transfer-Encoding: chunked", method="POST") + chunks)
        client.sendall(_head(f"Content-Length: {len(body)}", method="POST") + body)
        for _ in range(20):
            client.sendall(_head("X-Long: " + "y" * (LIMIT // 2)))
        client.sendall(_head("Connection: close"))
        said = _until_closed(client)
    assert said.count(b"HTTP/1.1 200 OK") == 23
    assert b"\r\n\r\n%d" % (3 * len(body)) in said


def test_among_hundreds_of_people_who_pause_nobody_loses_a_connection(
    usual: tuple[str, int],
) -> None:
    """Browsers keep a connection open between two requests, a stroke or a thought apart."""
    with ExitStack() as stack:
        people = [
            stack.enter_context(socket.create_connection(usual, timeout=20)) for _ in range(400)
        ]
        for _ in range(2):
            for person in people:
                person.sendall(_head())
            for person in people:
                assert person.recv(65536).startswith(b"HTTP/1.1 200 OK")


def test_1300_silent_connections_lock_nobody_out_of_jacviz(tmp_path: Path) -> None:
    limited = (
        "import resource, runpy\n"
        "resource.setrlimit(resource.RLIMIT_NOFILE, (1024, 1024))\n"
        "runpy.run_module('jacviz', run_name='__main__', alter_sys=True)\n"
    )
    if resource.getrlimit(resource.RLIMIT_NOFILE)[0] < 2000:
        pytest.skip("needs 1,300 open files")
    with Server(["-c", limited], tmp_path) as server, ExitStack() as stack:
        host, port = server.url.removeprefix("http://").split(":")
        for _ in range(1300):
            stack.enter_context(socket.create_connection((host, int(port)), timeout=20))
        with socket.create_connection((host, int(port)), timeout=20) as client:
            client.sendall(_head("Connection: close", path="/_stcore/health", host=host))
            assert _until_closed(client).startswith(b"HTTP/1.1 200 OK")
        assert server.log.read_text().count("\n") == 2
