"""From a drawing to its answer, beside the event loop."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numpy.typing import NDArray

from jacviz.errors import InputError, JacvizError
from jacviz.framing import frame
from jacviz.live import drawing, wire
from jacviz.live.asking import RefusalError, too_long
from jacviz.live.engine import LABELS, begin_building, built, engine
from jacviz.live.wishes import Wishes

# More threads than one would only wait for each other; but answers that take many gradients are
# not to hold up those that take one.
_THINKER = ThreadPoolExecutor(1, "jacviz-thinker")
_PATIENT_THINKER = ThreadPoolExecutor(1, "jacviz-patient-thinker")
_PATIENT = {"smoothgrad", "integrated-gradients"}


async def think(message: bytes, wishes: Wishes) -> bytes:
    """The answer (see wire.py) to a drawing (see drawing.py); RefusalError where there is none."""
    if len(message) > drawing.MOST_BYTES:
        raise too_long()
    thinker = _PATIENT_THINKER if wishes.method in _PATIENT else _THINKER
    try:
        # An empty sheet needs no network, and nobody else is to wait until this one is built.
        if len(message) > drawing.HEADER and not built(wishes.network):
            await asyncio.to_thread(engine, wishes.network)
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(thinker, _think, message, wishes)
    except InputError as error:
        raise RefusalError(400, str(error)) from error
    except JacvizError as error:
        raise RefusalError(503, str(error)) from error


def _think(message: bytes, wishes: Wishes) -> bytes:
    begin_building()
    return answer(drawing.decode(message), wishes)


def answer(ink: NDArray[np.uint8], wishes: Wishes) -> bytes:
    """The answer to the ink on a sheet; AssetError where the network cannot be read."""
    framed = frame(ink)
    sensed = attribution = None
    if not framed.empty:
        network = engine(wishes.network)
        sensed = network.sense(framed)
        attribution = network.attribute(framed, wishes.space, wishes.method)
    return wire.encode(framed, ink.shape, sensed, wishes, attribution, labels=LABELS)
