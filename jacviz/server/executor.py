"""Run the handlers in threads, beside the event loop."""

import asyncio
import logging
from concurrent.futures import ThreadPoolExecutor
from typing import get_args

from jacviz.errors import InputError
from jacviz.export import drawing_codec
from jacviz.server.model_store import get_engine, is_loaded, preload
from jacviz.server.routes import AnswerRequest, Priority
from jacviz.server.validation import RequestError, drawing_too_large

_LOG = logging.getLogger(__name__)

# One thread each, because more would only compete for the GIL; separate ones, so that requests of
# many gradients do not delay those of a single one.
_EXECUTORS = {
    priority: ThreadPoolExecutor(1, f"jacviz-{priority}-priority")
    for priority in get_args(Priority)
}


async def run_in_executor(message: bytes, request: AnswerRequest) -> bytes:
    """Answer a request about an encoded drawing (see jacviz.export.drawing_codec).

    Raises RequestError: 413 for a message that is too large, 400 for a drawing that cannot be
    used, 503 where the network cannot be loaded or its answer fails.
    """
    if len(message) > drawing_codec.MAX_BYTES:
        raise drawing_too_large()
    # Load in a thread of its own: the executor's thread stays free for networks that are loaded. An
    # empty canvas needs no network.
    if len(message) > drawing_codec.HEADER_BYTES and not is_loaded(request.network):
        try:
            await asyncio.to_thread(get_engine, request.network)
        except Exception as error:
            raise _unavailable(request.network, error) from error
    try:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(_EXECUTORS[request.priority], _answer, message, request)
    except InputError as error:
        raise RequestError(400, str(error)) from error
    except Exception as error:
        raise _unavailable(request.network, error) from error


def _unavailable(network: str, error: Exception) -> RequestError:
    # Only the log gets the cause, which may tell of files and code.
    _LOG.error("the network %s cannot answer: %s", network, error, exc_info=error)
    return RequestError(503, f"the network {network} cannot answer now; the server's log says why")


def _answer(message: bytes, request: AnswerRequest) -> bytes:
    preload()
    return request.answer(drawing_codec.decode(message))
