"""From a drawing to its answer, beside the event loop."""

import asyncio
import logging
from concurrent.futures import ThreadPoolExecutor
from typing import get_args

from jacviz.errors import InputError
from jacviz.export import drawing_codec
from jacviz.server.model_store import begin_building, built, engine
from jacviz.server.routes import Pace, Question
from jacviz.server.validation import RefusalError, too_long

_LOG = logging.getLogger(__name__)

# More threads than one would only wait for each other; but questions that take many gradients are
# not to hold up those that take one.
_THINKERS = {pace: ThreadPoolExecutor(1, f"jacviz-{pace}-thinker") for pace in get_args(Pace)}


async def think(message: bytes, question: Question) -> bytes:
    """The answer to a question about a drawing (see drawing.py); RefusalError where none is."""
    if len(message) > drawing_codec.MAX_BYTES:
        raise too_long()
    # An empty sheet needs no network, and nobody else is to wait until this one is built.
    if len(message) > drawing_codec.HEADER_BYTES and not built(question.network):
        try:
            await asyncio.to_thread(engine, question.network)
        except Exception as error:
            raise _unavailable(question.network, error) from error
    try:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(_THINKERS[question.pace], _think, message, question)
    except InputError as error:
        raise RefusalError(400, str(error)) from error
    except Exception as error:
        raise _unavailable(question.network, error) from error


def _unavailable(network: str, error: Exception) -> RefusalError:
    # What went wrong is for who runs the server: it may tell of files and code.
    _LOG.error("the network %s cannot answer: %s", network, error, exc_info=error)
    return RefusalError(503, f"the network {network} cannot answer now; the server's log says why")


def _think(message: bytes, question: Question) -> bytes:
    begin_building()
    return question.answer(drawing_codec.decode(message))
