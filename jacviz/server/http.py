"""One request: POST /jacviz/answer?space=...&exact=...&page=...

Query: see `routes`, and `page`, any name that tells one page from another. Body: a drawing as
`jacviz.export.drawing_codec` encodes it. Response: see `answer_codec` and `handlers`, or a 4xx or
503 with its reason.
"""

from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response

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

CONTENT_TYPE = "application/octet-stream"


async def http_endpoint(request: Request) -> Response:
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
        return error_response(error)
    except ClientDisconnect:
        return error_response(RequestError(400, "expected a whole drawing, got a part of one"))
    return Response(answer, media_type=CONTENT_TYPE, headers={"Cache-Control": "no-store"})


def error_response(error: RequestError) -> Response:
    """The response to a request that failed: status, reason as plain text, headers."""
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
