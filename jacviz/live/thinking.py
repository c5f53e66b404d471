"""From a drawing to its answer, beside the event loop."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

from jacviz.errors import InputError, JacvizError
from jacviz.framing import frame
from jacviz.live import drawing, wire
from jacviz.live.asking import RefusalError, too_long
from jacviz.live.engine import LABELS, begin_building, sense
from jacviz.spaces import Space

# More threads than one would only wait for each other.
_THINKER = ThreadPoolExecutor(1, "jacviz-thinker")


async def think(message: bytes, space: Space, exact: bool) -> bytes:
    """The answer (see wire.py) to a drawing (see drawing.py); RefusalError where there is none."""
    if len(message) > drawing.MOST_BYTES:
        raise too_long()
    try:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(_THINKER, _think, message, space, exact)
    except InputError as error:
        raise RefusalError(400, str(error)) from error
    except JacvizError as error:
        raise RefusalError(503, str(error)) from error


def _think(message: bytes, space: Space, exact: bool) -> bytes:
    # The first page's first question, about its empty sheet, needs no network yet.
    begin_building()
    ink = drawing.decode(message)
    framed = frame(ink)
    return wire.encode(framed, ink.shape, sense(framed), labels=LABELS, space=space, exact=exact)
