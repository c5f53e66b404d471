"""From a drawing to its answer, beside the event loop."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import get_args

from jacviz.errors import InputError, JacvizError
from jacviz.live import drawing
from jacviz.live.asking import RefusalError, too_long
from jacviz.live.engine import begin_building, built, engine
from jacviz.live.questions import Pace, Question

# More threads than one would only wait for each other; but questions that take many gradients are
# not to hold up those that take one.
_THINKERS = {pace: ThreadPoolExecutor(1, f"jacviz-{pace}-thinker") for pace in get_args(Pace)}


async def think(message: bytes, question: Question) -> bytes:
    """The answer to a question about a drawing (see drawing.py); RefusalError where none is."""
    if len(message) > drawing.MOST_BYTES:
        raise too_long()
    try:
        # An empty sheet needs no network, and nobody else is to wait until this one is built.
        if len(message) > drawing.HEADER and not built(question.network):
            await asyncio.to_thread(engine, question.network)
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(_THINKERS[question.pace], _think, message, question)
    except InputError as error:
        raise RefusalError(400, str(error)) from error
    except JacvizError as error:
        raise RefusalError(503, str(error)) from error


def _think(message: bytes, question: Question) -> bytes:
    begin_building()
    return question.answer(drawing.decode(message))
