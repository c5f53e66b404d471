"""The ASGI parts of the application: routes, middleware, lifespan."""

import asyncio
import importlib.resources
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from jacviz.app.samples import sprite
from jacviz.errors import AssetError
from jacviz.export import colormap
from jacviz.resources import FRONTEND
from jacviz.server import model_files
from jacviz.server.endpoint import AnswerMiddleware
from jacviz.server.middleware import (
    ForwardedAddressMiddleware,
    InterruptionMiddleware,
    KnownHostMiddleware,
    OriginMiddleware,
)
from jacviz.server.model_store import preload

PRELOAD_DELAY_S = 5.0


def routes() -> list[BaseRoute]:
    """List the routes of /jacviz, at the root and below any base path."""
    # Streamlit's base path is unknown here: it loads its settings from app.py's folder later.
    return [Mount(f"{base}/jacviz", routes=_ROUTES) for base in ("", "/{base:path}")]


def middleware() -> list[Middleware]:
    """List the middleware in front of Streamlit: request checks first, then the live loop."""
    return [
        Middleware(InterruptionMiddleware),
        Middleware(OriginMiddleware),
        Middleware(KnownHostMiddleware),
        Middleware(ForwardedAddressMiddleware),
        Middleware(AnswerMiddleware),
    ]


async def _plotly(_: Request) -> Response:
    package = importlib.resources.files("plotly") / "package_data" / "plotly.min.js"
    return FileResponse(str(package), media_type="text/javascript")


async def _colour_stops(_: Request) -> Response:
    return JSONResponse(colormap.colormap_stops())


async def _samples(_: Request) -> Response:
    try:
        return Response(sprite(), media_type="image/png")
    except AssetError as error:
        return PlainTextResponse(str(error), status_code=500)


_ROUTES = [
    Route("/plotly.min.js", _plotly),
    Route("/colours.json", _colour_stops),
    Route("/samples.png", _samples),
    Mount("/models", routes=model_files.ROUTES),
    Mount("/static", StaticFiles(directory=FRONTEND)),
]


@asynccontextmanager
async def lifespan(_: Any) -> AsyncIterator[None]:
    """Preload the standard network after a delay, unless a request has done so before."""
    # A running page script must yield the GIL to the live loop within a millisecond.
    sys.setswitchinterval(0.001)
    timer = asyncio.get_running_loop().call_later(PRELOAD_DELAY_S, preload)
    yield
    timer.cancel()
