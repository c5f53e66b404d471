"""Start the app: a uvicorn server, and the browser once it listens."""

import contextlib
import importlib.util
import os
import re
import socket
import threading
import time
import webbrowser
from collections.abc import Sequence
from typing import Any

import click
import uvicorn
from streamlit import config

from jacviz.errors import InputError
from jacviz.models.registry import model_names
from jacviz.resources import APP
from jacviz.server.middleware import FORWARDED_ALLOW_IPS
from jacviz.server.protocol import BoundedHttpToolsProtocol

LOOPBACK = ("localhost", "127.0.0.1", "::1")


def launch(
    host: str,
    port: int,
    *,
    open_browser: bool,
    allowed_hosts: Sequence[str] = (),
    forwarded_allow_ips: str = "",
) -> None:
    """Serve the app on host:port until interrupted.

    allowed_hosts are further host names of this server; forwarded_allow_ips the addresses,
    separated by commas, of proxies that forward their clients' addresses.

    Raises InputError where the port is taken, the host is not this machine's, an allowed host is no
    name, or JACVIZ_MODELS names no models.
    """
    _require_names(allowed_hosts)
    # Fails here, not on the page, where JACVIZ_MODELS names no models.
    model_names()
    _require_free(host, port)
    click.echo("Starting jacviz ...")
    app = _load_app()
    config.set_option("server.address", host)
    config.set_option("server.port", port)
    if allowed_hosts:
        config.set_option("server.allowedHosts", [*allowed_hosts, host, *LOOPBACK])
    # jacviz.server.middleware reads it too.
    os.environ[FORWARDED_ALLOW_IPS] = forwarded_allow_ips
    # Only on a socket that it binds itself does uvicorn set TCP_NODELAY.
    server = uvicorn.Server(
        uvicorn.Config(
            app,
            host=host,
            port=port,
            http=BoundedHttpToolsProtocol,
            proxy_headers=bool(forwarded_allow_ips),
            log_level="warning",
            timeout_graceful_shutdown=2,
            # As `streamlit run` has it: compressing takes longer than sending.
            ws_per_message_deflate=False,
        )
    )
    url = f"http://{f'[{host}]' if ':' in host else host}:{port}"
    threading.Thread(target=_announce, args=(server, url, open_browser), daemon=True).start()
    # Once it has shut down, uvicorn raises again the Ctrl+C that stopped it.
    with contextlib.suppress(KeyboardInterrupt):
        server.run()
    click.echo("jacviz has stopped.")


def _require_names(hosts: Sequence[str]) -> None:
    for host in hosts:
        if not re.fullmatch(r"\*|(\*\.)?[\w.-]+", host, re.ASCII):
            raise InputError(
                f"expected a host such as app.example.com or *.example.com, got {host!r}; "
                "give --allowed-host a name without scheme, port and path"
            )


def _require_free(host: str, port: int) -> None:
    try:
        family, kind, *_, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        raise InputError(
            f"cannot listen on {host}, port {port}: {error.strerror or error}. "
            "Choose another with --port (1 to 65535) or --host (an address of this machine)."
        ) from error


def _load_app() -> Any:
    spec = importlib.util.spec_from_file_location("jacviz_app", APP)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.app


def _announce(server: uvicorn.Server, url: str, open_browser: bool) -> None:
    while not server.started:
        if server.should_exit:
            return
        time.sleep(0.02)
    click.echo(f"jacviz is at {url}  (Ctrl+C stops it)")
    if open_browser:
        webbrowser.open(url)
