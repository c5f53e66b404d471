"""One request: POST /jacviz/answer?space=...&exact=...&page=...

Query: see `routes`, and `page`, any name that tells one page from another. Body: a drawing as
`jacviz.export.drawing_codec` encodes it. Response: see `answer_codec` and `handlers`, or a 4xx or
503 with its reason.
"""

from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from jacviz.export import drawing_codec
from jacviz.server.executor import run_in_executor
from jacviz.server.routes import parse_request
from jacviz.server.validation import (
    RequestError,
    check_low_priority_rate_limit,
    check_origin,
    check_rate_limit,
    drawing_too_large,
)

PATH = "/jacviz/answer"
CONTENT_TYPE = "application/octet-stream"


class AnswerMiddleware:
    """Answer requests to PATH, and pass all others on to the application.

    A middleware, because a page sends up to sixty requests a second while somebody draws: what
    Streamlit does for every request (a session's cookie, compression) would take longer than the
    answer.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        # A proxy or a setting may put the page below a path.
        if scope["type"] == "http" and scope["path"].endswith(PATH):
            response = await _respond(Request(scope, receive))
            await response(scope, receive, send)
        else:
            await self._app(scope, receive, send)


async def _respond(request: Request) -> Response:
    """Answer one request; errors become responses with their status and reason."""
    try:
        check_rate_limit(request)
        if request.method != "POST":
            raise RequestError(405, f"expected POST, got {request.method}", {"Allow": "POST"})
        check_origin(request)
        content_type = request.headers.get("content-type")
        if content_type != CONTENT_TYPE:
            reason = f"expected content type {CONTENT_TYPE}, got {(content_type or '')[:80]!r}"
            raise RequestError(415, reason)
        answer_request = parse_request(request.query_params)
        if answer_request.priority == "low":
            check_low_priority_rate_limit(request)
        answer = await run_in_executor(await _read_body(request), answer_request)
    except RequestError as error:
        return _error_response(error)
    except ClientDisconnect:
        return _error_response(RequestError(400, "expected a whole drawing, got a part of one"))
    return Response(answer, media_type=CONTENT_TYPE, headers={"Cache-Control": "no-store"})


def _error_response(error: RequestError) -> Response:
    retry = {"Retry-After": "1"} if error.status in {429, 503} else {}
    return PlainTextResponse(
        str(error), status_code=error.status, headers={**retry, **error.headers}
    )


async def _read_body(request: Request) -> bytes:
    body = bytearray()
    content_length = request.headers.get("content-length", "0")
    if content_length.isdecimal() and int(content_length) > drawing_codec.MAX_BYTES:
        raise drawing_too_large()
    async for chunk in request.stream():
        body += chunk
        if len(body) > drawing_codec.MAX_BYTES:
            raise drawing_too_large()
    return bytes(body)
