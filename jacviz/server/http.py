"""One question as one request: POST /jacviz/answer?space=...&exact=...&page=...

Query: what is asked, see questions.py; page, any name that tells one page from another. Body: see
drawing.py. Reply: see answers.py, or a 4xx or 503 and its reason.
"""

from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response

from jacviz.export import drawing_codec
from jacviz.server.executor import think
from jacviz.server.routes import question
from jacviz.server.validation import (
    RefusalError,
    require_allowance,
    require_own_page,
    require_rare_allowance,
    too_long,
)

TYPE = "application/octet-stream"


async def post(request: Request) -> Response:
    try:
        require_allowance(request)
        if request.method != "POST":
            raise RefusalError(405, f"expected POST, got {request.method}", {"Allow": "POST"})
        require_own_page(request)
        if request.headers.get("content-type") != TYPE:
            raise RefusalError(415, f"the content type must be {TYPE}")
        asked = question(request.query_params)
        if asked.pace == "rare":
            require_rare_allowance(request)
        reply = await think(await _body(request), asked)
    except RefusalError as refusal:
        return refused(refusal)
    except ClientDisconnect:
        return refused(RefusalError(400, "the request ended before its drawing did"))
    return Response(reply, media_type=TYPE, headers={"Cache-Control": "no-store"})


def refused(refusal: RefusalError) -> Response:
    retry = {"Retry-After": "1"} if refusal.status in {429, 503} else {}
    return PlainTextResponse(
        str(refusal), status_code=refusal.status, headers={**retry, **refusal.headers}
    )


async def _body(request: Request) -> bytes:
    body = bytearray()
    announced = request.headers.get("content-length", "0")
    if announced.isdecimal() and int(announced) > drawing_codec.MAX_BYTES:
        raise too_long()
    async for part in request.stream():
        body += part
        if len(body) > drawing_codec.MAX_BYTES:
            raise too_long()
    return bytes(body)
