"""POST /jacviz/answer: a drawing in, its answer out.

Query: space, one of the output spaces; exact, 0 or 1. Body: see drawing.py. Reply: see wire.py.
"""

from urllib.parse import urlsplit

from anyio import CapacityLimiter, to_thread
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from jacviz.errors import InputError, JacvizError
from jacviz.framing import frame
from jacviz.live import drawing, wire
from jacviz.live.engine import LABELS, begin_building, sense
from jacviz.live.limits import Allowance
from jacviz.spaces import SPACES, Space

# A pen makes at most 60 pictures a second. A class may share one address behind its router.
PAGE = Allowance(rate=120, burst=240)
ADDRESS = Allowance(rate=3000, burst=6000)
TYPE = "application/octet-stream"
PATH = "/jacviz/answer"


class RefusalError(Exception):
    """A request that gets a 4xx: its status and the reason, in words."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status


class Answers:
    """Answers drawings in front of an application, and leaves all else to it.

    In front, because a pen asks for sixty answers a second: what Streamlit does for every request
    (a session's cookie, compression) would take longer than the answer.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        # Also where a proxy or a setting puts the page below a path.
        if scope["type"] == "http" and scope["path"].endswith(PATH):
            response = await answer(Request(scope, receive))
            await response(scope, receive, send)
        else:
            await self._app(scope, receive, send)


async def answer(request: Request) -> Response:
    try:
        _require_allowance(request)
        if request.method != "POST":
            raise RefusalError(405, "a drawing is posted")
        _require_own_page(request)
        space, exact = _wishes(request)
        body = await _body(request)
        reply = await to_thread.run_sync(_think, body, space, exact, limiter=_thinkers())
    except RefusalError as refusal:
        return _words(refusal.status, str(refusal))
    except ClientDisconnect:
        return _words(400, "the request ended before its drawing did")
    except InputError as error:
        return _words(400, str(error))
    except JacvizError as error:
        return _words(503, str(error))
    return Response(reply, media_type=TYPE, headers={"Cache-Control": "no-store"})


def _think(body: bytes, space: Space, exact: bool) -> bytes:
    # The first page's first question, about its empty sheet, needs no network yet.
    begin_building()
    framed = frame(drawing.decode(body))
    return wire.encode(framed.image, sense(framed), labels=LABELS, space=space, exact=exact)


_LIMITERS: list[CapacityLimiter] = []


def _thinkers() -> CapacityLimiter:
    # Made in the running event loop; more threads than this would only wait for each other.
    if not _LIMITERS:
        _LIMITERS.append(CapacityLimiter(1))
    return _LIMITERS[0]


def _require_allowance(request: Request) -> None:
    address = request.client.host if request.client else ""
    page = request.headers.get("x-jacviz-page", "")[:64]
    if not (ADDRESS.take(address) and PAGE.take(f"{address} {page}")):
        raise RefusalError(429, "too many requests: a page may ask 120 times a second")


def _require_own_page(request: Request) -> None:
    origin = request.headers.get("origin")
    if origin is not None and urlsplit(origin).netloc != request.headers.get("host"):
        raise RefusalError(403, f"answers are for jacviz's own page, not for {origin[:200]}")


def _wishes(request: Request) -> tuple[Space, bool]:
    if request.headers.get("content-type") != TYPE:
        raise RefusalError(415, f"the content type must be {TYPE}")
    space = request.query_params.get("space", "")
    if space not in SPACES:
        raise RefusalError(400, f"space must be one of {', '.join(SPACES)}, not {space[:40]!r}")
    exact = request.query_params.get("exact", "")
    if exact not in {"0", "1"}:
        raise RefusalError(400, f"exact must be 0 or 1, not {exact[:40]!r}")
    return space, exact == "1"


async def _body(request: Request) -> bytes:
    parts: list[bytes] = []
    size = 0
    async for part in request.stream():
        size += len(part)
        if size > drawing.MOST_BYTES:
            raise RefusalError(413, f"a drawing has at most {drawing.MOST_BYTES} bytes")
        parts.append(part)
    return b"".join(parts)


def _words(status: int, reason: str) -> Response:
    headers = {"Retry-After": "1"} if status in {429, 503} else {}
    return PlainTextResponse(reason, status_code=status, headers=headers)
