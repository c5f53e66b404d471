"""A network that cannot answer: 503 and a plain sentence to whoever asks, the cause in the log."""

import http.client
import logging
import os
from pathlib import Path
from urllib.parse import urlsplit

import numpy as np
import pytest
from anyio.from_thread import start_blocking_portal

from jacviz.errors import AssetError, InputError
from jacviz.export import drawing_codec
from jacviz.models.registry import STANDARD
from jacviz.server.executor import run_in_executor
from jacviz.server.handlers import Ink
from jacviz.server.model_store import get_engine
from jacviz.server.routes import AnswerRequest
from jacviz.server.validation import RequestError

from serving import Server

QUERY = "space=logit&exact=1"
INK = drawing_codec.encode(np.full((98, 98), 255, np.uint8))
EMPTY = drawing_codec.encode(np.zeros((98, 98), np.uint8))
PLAIN = "the network standard cannot answer now; the server's log says why"


@pytest.fixture(scope="module", autouse=True)
def _built() -> None:
    """Nothing is built in the background of a test."""
    get_engine(STANDARD)


def _run_raising(error: Exception) -> None:
    """Answer a drawing with this error, in a loop of its own: Playwright's may be running here."""

    def answer(_: Ink) -> bytes:
        raise error

    with start_blocking_portal() as portal:
        portal.call(run_in_executor, EMPTY, AnswerRequest("standard", answer))


@pytest.mark.parametrize(
    "error",
    [
        AssetError("no weights at /srv/assets/lenet5.safetensors"),
        RuntimeError("LLVM failed in /srv/lib/llvmlite/x.py"),
        ZeroDivisionError("/srv/lib"),
        MemoryError("/srv/lib"),
    ],
)
def test_what_fails_is_told_to_the_log_alone(
    error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR), pytest.raises(RequestError) as refused:
        _run_raising(error)
    assert (refused.value.status, str(refused.value)) == (503, PLAIN)
    assert str(error) in caplog.text
    assert "Traceback" in caplog.text


def test_what_is_wrong_with_a_drawing_is_told_to_who_drew_it() -> None:
    with pytest.raises(RequestError, match="too much ink") as refused:
        _run_raising(InputError("too much ink"))
    assert refused.value.status == 400


def test_an_engine_that_cannot_be_built_is_503_but_for_an_empty_canvas(
    tmp_path: Path,
) -> None:
    # Installed but broken, as a package for another processor would be.
    broken = tmp_path / "broken" / "safetensors"
    broken.mkdir(parents=True)
    (broken / "__init__.py").write_text("raise OSError(f'{__file__}: invalid ELF header')\n")
    paths = os.pathsep.join([str(broken.parent), os.environ.get("PYTHONPATH", "")])
    with Server(["-m", "jacviz"], tmp_path, env=os.environ | {"PYTHONPATH": paths}) as server:
        netloc = urlsplit(server.url).netloc
        connection = http.client.HTTPConnection(netloc, timeout=60)
        for ink, status in (INK, 503), (EMPTY, 200), (INK, 503):
            headers = {"Content-Type": "application/octet-stream"}
            connection.request("POST", f"/jacviz/answer?{QUERY}", ink, headers)
            reply = connection.getresponse()
            said = reply.read()
            assert reply.status == status
            if status == 503:
                assert said.decode() == PLAIN
                assert reply.getheader("Retry-After")
        connection.close()
        log = server.log.read_text()
    assert "OSError" in log
    assert "invalid ELF header" in log
    assert "Exception in ASGI application" not in log
