"""Whom the server answers, however it is started: known hosts, proper origins, fair shares."""

import http.client
import os
import re
import signal
import socket
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from jacviz.resources import APP
from jacviz.server.middleware import origin_netloc

from serving import Server

PAGE = "/"
ANSWER = "/jacviz/answer"
STREAM = "/_stcore/stream"
QUERY = "?space=logit&exact=1"
CANVAS = bytes.fromhex("620062000000000000000000")  # 98 x 98, empty
NOTHING_DRAWN = b"400"
MALFORMED = ["http://[", "http://[::1", "https://a]b"]


@dataclass(frozen=True)
class Way:
    """One way to start the app: Python's arguments, the port's flag, what follows it."""

    arguments: tuple[str, ...]
    port_flag: str = "--port"
    extra: tuple[str, ...] = ()
    proxied: tuple[str, ...] = ()
    """Further arguments behind a proxy on this machine, which forwards for app.example."""

    def server(self, folder: Path, *further: str, **settings: str) -> Server:
        return Server(
            [*self.arguments, *further],
            folder,
            port_flag=self.port_flag,
            extra=self.extra,
            env=os.environ | settings,
        )


WAYS = {
    "jacviz": Way(
        ("-m", "jacviz"),
        extra=("--no-browser",),
        proxied=("--allowed-host", "app.example", "--forwarded-allow-ips", "127.0.0.1"),
    ),
    "streamlit": Way(
        ("-m", "streamlit", "run", str(APP), "--server.headless", "true"),
        port_flag="--server.port",
    ),
    "uvicorn": Way(("-m", "uvicorn", "--app-dir", str(APP.parent), "app:app")),
}
ENVIRONMENT = {
    "STREAMLIT_SERVER_ALLOWED_HOSTS": "app.example 127.0.0.1",
    # `streamlit run` listens to IPv6, where 127.0.0.1 has this name.
    "FORWARDED_ALLOW_IPS": "127.0.0.1,::ffff:127.0.0.1",
}


@pytest.fixture(scope="module", params=WAYS)
def server(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    with WAYS[request.param].server(tmp_path_factory.mktemp(request.param)) as running:
        yield urlsplit(running.url).netloc


@pytest.fixture(scope="module", params=WAYS)
def proxied(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """The same behind a proxy on this machine, by flags where there are any."""
    way, folder = WAYS[request.param], tmp_path_factory.mktemp(request.param)
    with way.server(folder, *way.proxied, **({} if way.proxied else ENVIRONMENT)) as running:
        yield urlsplit(running.url).netloc


class Client:
    """Requests on one connection, each with the headers that it is given and no others."""

    def __init__(self, netloc: str) -> None:
        self._connection = http.client.HTTPConnection(netloc, timeout=20)

    def __enter__(self) -> "Client":
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def get(self, path: str, **headers: str) -> int:
        return self._ask("GET", path, headers)

    def post(self, path: str = ANSWER + QUERY, **headers: str) -> int:
        return self._ask("POST", path, {"Content-Type": "application/octet-stream"} | headers)

    def _ask(self, method: str, path: str, headers: dict[str, str]) -> int:
        body = CANVAS if method == "POST" else None
        self._connection.putrequest(method, path, skip_host="Host" in headers)
        for name, value in headers.items():
            self._connection.putheader(name.replace("_", "-"), value)
        if body is not None:
            self._connection.putheader("Content-Length", str(len(body)))
        self._connection.endheaders(body)
        reply = self._connection.getresponse()
        reply.read()
        return reply.status


def _socket_status(netloc: str, path: str, host: str, origin: str | None) -> int:
    """What a web socket's handshake gets from a server that is called by this host."""
    name, port = netloc.split(":")
    with ExitStack() as stack:
        plain = stack.enter_context(socket.create_connection((name, int(port)), timeout=20))
        try:
            stack.enter_context(
                connect(f"ws://{host}{path}", sock=plain, origin=origin, open_timeout=20)  # type: ignore[arg-type]
            )
        except InvalidStatus as refused:
            return refused.response.status_code
        return 101


def _flood(netloc: str) -> set[bytes]:
    """The statuses of sixty long questions at once, each of which claims another address."""
    host, port = netloc.split(":")
    requests = [
        f"POST {ANSWER}{QUERY}&ask=toward&target=3 HTTP/1.1\r\n"
        f"Host: {netloc}\r\nX-Forwarded-For: 203.0.113.{n}\r\n"
        f"Content-Type: application/octet-stream\r\nContent-Length: {len(CANVAS)}\r\n\r\n".encode()
        for n in range(60)
    ]
    statuses: list[bytes] = []
    received = b""
    with socket.create_connection((host, int(port)), timeout=20) as client:
        client.sendall(b"".join(request + CANVAS for request in requests))
        while len(statuses) < len(requests):
            received += client.recv(65536)
            statuses = re.findall(rb"HTTP/1\.1 (\d{3}) ", received)
    return {*statuses}


@pytest.mark.parametrize("origin", MALFORMED)
def test_a_malformed_origin_is_forbidden(server: str, origin: str) -> None:
    with Client(server) as client:
        assert client.post(Origin=origin) == 403
        assert client.get(PAGE, Origin=origin) == 403
    assert _socket_status(server, STREAM, server, origin) == 403


@given(st.text(st.characters(codec="latin-1")))
def test_every_origin_is_read_or_malformed(origin: str) -> None:
    assert origin_netloc(origin) is None or origin_netloc(origin) in origin


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "evil.example:{port}"])
def test_an_unknown_host_is_refused_though_its_own_page_asks(server: str, host: str) -> None:
    host = host.format(port=server.split(":")[1])
    with Client(server) as client:
        assert client.get(PAGE, Host=host) == 400
        assert client.get("/jacviz/colours.json", Host=host) == 400
        assert client.post(Host=host, Origin=f"http://{host}") == 400
    assert _socket_status(server, STREAM, host, f"http://{host}") == 400


@pytest.mark.parametrize(
    "host", ["localhost", "a.localhost:{port}", "127.0.0.1:{port}", "[::1]:{port}", "192.0.2.7:81"]
)
def test_an_address_and_this_machines_own_names_are_known(server: str, host: str) -> None:
    host = host.format(port=server.split(":")[1])
    with Client(server) as client:
        assert client.get(PAGE, Host=host) == 200
        assert client.post(Host=host, Origin=f"http://{host}") == 200


def test_this_machines_name_is_known(server: str) -> None:
    with Client(server) as client:
        assert client.get(PAGE, Host=f"{socket.gethostname().upper()}:8501") == 200


def test_a_configured_host_is_known_and_others_are_not(proxied: str) -> None:
    with Client(proxied) as client:
        assert client.get(PAGE, Host="app.example") == 200
        assert client.get(PAGE, Host="other.example") == 400
        assert client.post(Host="app.example", Origin="http://app.example") == 200
    assert _socket_status(proxied, STREAM, "app.example", "http://app.example") == 101
    # The page on this machine works still.
    assert _socket_status(proxied, STREAM, proxied, f"http://{proxied}") == 101


def test_a_flood_is_held_back_whatever_addresses_it_claims(server: str) -> None:
    assert _flood(server) == {NOTHING_DRAWN, b"429"}
    # Who claims none is not among them.
    with Client(server) as client:
        assert client.post() == 200


def test_behind_a_configured_proxy_each_address_has_its_own_allowance(proxied: str) -> None:
    assert _flood(proxied) == {NOTHING_DRAWN}


def test_only_posting_is_answered_and_said_so(server: str) -> None:
    connection = http.client.HTTPConnection(server, timeout=20)
    for path, methods in ((ANSWER, "POST"), ("/jacviz/static/maps/frame_image.js", "GET, HEAD")):
        for method in {"GET", "PUT", "OPTIONS"} - {*methods.split(", ")}:
            connection.request(method, path)
            reply = connection.getresponse()
            reply.read()
            assert (reply.status, reply.getheader("Allow")) == (405, methods)
    connection.close()


@pytest.mark.parametrize(
    ("way", "further"),
    [
        ("jacviz", ()),
        pytest.param("uvicorn", ("--timeout-graceful-shutdown", "0"), marks=pytest.mark.slow),
    ],
)
def test_ctrl_c_during_an_upload_ends_quietly(
    way: str, further: tuple[str, ...], tmp_path: Path
) -> None:
    with WAYS[way].server(tmp_path, *further) as running:
        netloc = urlsplit(running.url).netloc
        host, port = netloc.split(":")
        with socket.create_connection((host, int(port)), timeout=20) as client:
            client.sendall(
                f"POST {ANSWER}{QUERY} HTTP/1.1\r\nHost: {netloc}\r\nExpect: 100-continue\r\n"
                "Content-Type: application/octet-stream\r\nContent-Length: 1000\r\n\r\n".encode()
            )
            # From here on the server waits for the body.
            assert client.recv(100).startswith(b"HTTP/1.1 100 Continue")
            client.sendall(CANVAS)
            running.process.send_signal(signal.SIGINT)
            assert running.process.wait(timeout=20) == 0
        said = running.log.read_text()
    assert "Traceback" not in said
    if way == "jacviz":
        assert said.splitlines()[2:] == ["jacviz has stopped."]
