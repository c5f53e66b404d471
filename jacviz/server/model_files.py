"""/jacviz/models/NAME.json and the files it names: what a browser needs to run a model itself."""

import asyncio
import gzip
import logging
from functools import cache
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from jacviz.errors import InputError
from jacviz.server.model_store import get_engine

if TYPE_CHECKING:
    from jacviz.export.browser_model import BrowserModel

_LOG = logging.getLogger(__name__)

# File names tell the content.
_IMMUTABLE = {"Cache-Control": "public, max-age=31536000, immutable", "Vary": "Accept-Encoding"}
_MEDIA_TYPES = {"wasm": "application/wasm", "bin": "application/octet-stream"}


async def manifest(request: Request) -> Response:
    """Return a model's manifest; 404, with the reason, for one that no browser can run."""
    name = request.path_params["name"]
    try:
        model = await asyncio.to_thread(_browser_model, name)
    except InputError as error:
        return PlainTextResponse(str(error), status_code=404)
    except Exception as error:
        _LOG.error("no files for the network %s: %s", name, error, exc_info=error)
        return PlainTextResponse(
            f"the network {name} has no files now; the server's log says why", status_code=503
        )
    return JSONResponse(model.manifest(), headers={"Cache-Control": "no-cache"})


async def file(request: Request) -> Response:
    """Return a file that a manifest names, compressed where the browser takes that."""
    name: str = request.path_params["file"]
    try:
        content, compressed = await asyncio.to_thread(_file, name)
    except (InputError, KeyError):
        return PlainTextResponse(f"expected a file that a manifest names, got {name!r}", 404)
    headers = dict(_IMMUTABLE)
    if "gzip" in request.headers.get("accept-encoding", ""):
        content, headers["Content-Encoding"] = compressed, "gzip"
    return Response(content, media_type=_MEDIA_TYPES[name.rpartition(".")[2]], headers=headers)


ROUTES = [Route("/{name}.json", manifest), Route("/{file}", file)]


@cache
def _browser_model(name: str) -> "BrowserModel":
    from jacviz.export.browser_model import browser_model

    engine = get_engine(name)
    return browser_model(engine.model, engine.compiled)


@cache
def _file(name: str) -> tuple[bytes, bytes]:
    """Return a file as it is, and compressed."""
    # NAME-DIGEST.bin, NAME-DIGEST.wasm or NAME-DIGEST-relaxed.wasm.
    stem = name.rpartition(".")[0].removesuffix("-relaxed")
    content = _browser_model(stem.rpartition("-")[0]).files[name]()
    return content, gzip.compress(content, mtime=0)
