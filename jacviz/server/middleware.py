"""What stands before the whole application, whichever way it is started.

Settings: Streamlit's server.allowedHosts or STREAMLIT_SERVER_ALLOWED_HOSTS (`jacviz
--allowed-host`) names the hosts, uvicorn's FORWARDED_ALLOW_IPS (`jacviz --forwarded-allow-ips`)
the proxies.
"""

import asyncio
import ipaddress
import os
import socket
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import ClientDisconnect
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

FORWARDED_ALLOW_IPS = "FORWARDED_ALLOW_IPS"
"""The environment's variable in which uvicorn looks for the addresses of proxies."""

ALLOWED_HOSTS = "STREAMLIT_SERVER_ALLOWED_HOSTS"
"""The environment's variable in which `streamlit run` looks for server.allowedHosts."""

_REQUESTS = {"http", "websocket"}


class KnownHostMiddleware(TrustedHostMiddleware):
    """Answer only requests to a known host: another name may have been rebound to this machine.

    The names of server.allowedHosts; without it this machine's own. An address is no name, so it
    is always known.
    """

    def __init__(self, app: ASGIApp) -> None:
        super().__init__(app, allowed_hosts=known_hosts(), www_redirect=False)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] in _REQUESTS and _is_address(Headers(scope=scope).get("host", "")):
            await self.app(scope, receive, send)
        else:
            await super().__call__(scope, receive, send)


def known_hosts() -> list[str]:
    """The names by which browsers may call the server, as TrustedHostMiddleware takes them."""
    from streamlit import config

    allowed: list[str] = config.get_option("server.allowedHosts")
    # Only `streamlit run` looks into the environment.
    allowed = allowed or os.environ.get(ALLOWED_HOSTS, "").split()
    if allowed:
        return [name.strip() for name in allowed]
    own = socket.gethostname()
    address: str | None = config.get_option("server.address")
    return ["localhost", "*.localhost", own, f"{own}.local", *([address] if address else [])]


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(urlsplit(f"//{host}").hostname or "")
    except ValueError:
        return False
    return True


class ForwardedAddressMiddleware:
    """Forget a client's address that was forwarded while no proxy is configured.

    uvicorn believes every process on this machine, unless FORWARDED_ALLOW_IPS says whom to
    believe; who is counted by address would escape by naming another one each time. All such
    clients count as one.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._has_proxy = bool(os.environ.get(FORWARDED_ALLOW_IPS))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if (
            not self._has_proxy
            and scope["type"] in _REQUESTS
            and "x-forwarded-for" in Headers(scope=scope)
        ):
            scope = {**scope, "client": None}
        await self._app(scope, receive, send)


class OriginMiddleware:
    """Refuse, by 403, an Origin that is none: Streamlit's own routes raise ValueError at it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] in _REQUESTS:
            origin = Headers(scope=scope).get("origin")
            if origin is not None and origin_netloc(origin) is None:
                response = PlainTextResponse(
                    f"expected an origin such as https://host, got {origin[:200]!r}", 403
                )
                await response(scope, receive, send)
                return
        await self._app(scope, receive, send)


def origin_netloc(origin: str) -> str | None:
    """The host and port of an Origin, "" where it names none; None where it is malformed."""
    try:
        return urlsplit(origin).netloc
    except ValueError:
        return None


class InterruptionMiddleware:
    """End a request quietly whose client is gone, and answer 503 where the server stops first."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = False

        async def watched(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await self._app(scope, receive, watched)
        except ClientDisconnect:
            return
        except asyncio.CancelledError:
            if started:
                raise
            # uvicorn cancels a request's task, which ends here, only when it stops.
            response = PlainTextResponse(
                "the server is stopping", 503, {"Connection": "close", "Retry-After": "1"}
            )
            await response(scope, receive, send)
