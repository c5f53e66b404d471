"""What the server offers beside Streamlit's own page: the page's scripts, Plotly, the colours."""

import asyncio
import importlib.resources
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from jacviz.app.samples import sprite
from jacviz.errors import AssetError
from jacviz.export import colormap
from jacviz.server.endpoint import Answers
from jacviz.server.middleware import (
    ForwardedAddressMiddleware,
    InterruptionMiddleware,
    KnownHostMiddleware,
    OriginMiddleware,
)
from jacviz.server.model_store import begin_building

STATIC = Path(__file__).parent / "frontend"
LEISURE = 5.0  # s


def routes() -> list[BaseRoute]:
    """Everything below /jacviz, also where a proxy or a setting puts the page below a path."""
    # Asking Streamlit for its base path here would load its settings before app.py's folder,
    # where they lie, is known.
    return [Mount(f"{base}/jacviz", routes=_PARTS) for base in ("", "/{base:path}")]


def middleware() -> list[Middleware]:
    """Whom to answer at all, and the live loop, in front of everything."""
    return [
        Middleware(InterruptionMiddleware),
        Middleware(OriginMiddleware),
        Middleware(KnownHostMiddleware),
        Middleware(ForwardedAddressMiddleware),
        Middleware(Answers),
    ]


async def _plotly(_: Request) -> Response:
    package = importlib.resources.files("plotly") / "package_data" / "plotly.min.js"
    return FileResponse(str(package), media_type="text/javascript")


async def _colours(_: Request) -> Response:
    return JSONResponse(colormap.colormap_stops())


async def _samples(_: Request) -> Response:
    try:
        return Response(sprite(), media_type="image/png")
    except AssetError as error:
        return PlainTextResponse(str(error), status_code=500)


_PARTS = [
    Route("/plotly.min.js", _plotly),
    Route("/colours.json", _colours),
    Route("/samples.png", _samples),
    Mount("/static", StaticFiles(directory=STATIC)),
]


@asynccontextmanager
async def lifespan(_: Any) -> AsyncIterator[None]:
    """Build the network once the first page is there, or at leisure where nobody comes."""
    # A page's run, which nobody waits for, hands over to a pen's question within a millisecond.
    sys.setswitchinterval(0.001)
    waiting = asyncio.get_running_loop().call_later(LEISURE, begin_building)
    yield
    waiting.cancel()
