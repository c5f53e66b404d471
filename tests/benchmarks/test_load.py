"""The bench of the server: people who speak the page's real protocol."""

import json
import subprocess
import sys
import zlib
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

import psutil
import pytest
from anyio.from_thread import start_blocking_portal

from jacviz.benchmarks import load as benchmark
from jacviz.benchmarks.load import count_wrong_answers
from jacviz.benchmarks.virtual_user import Behaviour, VirtualUser
from jacviz.export import drawing_codec
from jacviz.server.handlers import maps
from jacviz.server.map_request import MapRequest

from serving import Server

LATENCIES = {"answer_p50", "answer_p95", "live_p50", "live_p95"}


def _loads(folder: Path, *options: str) -> list[dict[str, Any]]:
    """What the bench measures of three people, one to begin with, each beside a flood too."""
    file = folder / "loads.json"
    command = [sys.executable, "-m", "jacviz", "bench", "serve", "--people", "3", "--strokes", "2"]
    ended = subprocess.run(
        [*command, *options, "--json", str(file)],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    loads: list[dict[str, Any]] = json.loads(file.read_text())
    return loads


def test_two_people_get_the_answers_to_their_own_ink_beside_invalid_requests(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(benchmark, "IDLE_DURATION_S", 0.1)
    with Server(["-m", "jacviz"], tmp_path) as server:
        process = psutil.Process(server.process.pid)
        behaviour = Behaviour(strokes=1)
        # In a loop of its own: Playwright's may be running here.
        with start_blocking_portal() as portal:
            measure = partial(benchmark.measure, with_invalid_requests=True)
            found = portal.call(measure, 2, behaviour, process, server.url)
    assert (found.people, found.lost, found.wrong) == (2, 0, 0)
    assert found.flood
    assert all(status.startswith("4") for status in found.flood)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("options", "answered"),
    [
        pytest.param((), {"answer_p50", "answer_p95"}, id="finished strokes"),
        pytest.param(("--streamed",), LATENCIES, id="every move"),
    ],
)
def test_everybody_gets_the_answers_to_their_own_ink_also_beside_a_flood(
    tmp_path: Path, options: tuple[str, ...], answered: set[str]
) -> None:
    loads = _loads(tmp_path, *options)
    assert [load["people"] for load in loads] == [1, 1, 3, 3]
    for load in loads:
        assert load["strokes"] == 2 * load["people"]
        assert load["lost"] == load["wrong"] == 0
        assert {name for name in LATENCIES if load[name]} == answered
    for load in loads[1::2]:
        assert load["flood"]
        assert all(status.startswith("4") for status in load["flood"])


@pytest.fixture
def lone_user() -> VirtualUser:
    user = VirtualUser("http://127.0.0.1:1", 7, Behaviour(strokes=5, streamed=True))
    user.prepare()
    return user


def test_a_drawing_grows_stroke_by_stroke_and_a_new_one_begins_after_four(
    lone_user: VirtualUser,
) -> None:
    drawings = [drawing_codec.decode(messages[-1]) for messages in lone_user.drawings]
    for before, after in pairwise(drawings[:4]):
        assert (after >= before).all()
        assert after.sum() > before.sum()
    assert drawings[4].sum() < drawings[3].sum()


def test_an_answer_to_another_drawing_counts_as_wrong(lone_user: VirtualUser) -> None:
    first, second = (messages[-1] for messages in lone_user.drawings[:2])
    right, other = (
        zlib.crc32(maps(drawing_codec.decode(drawing), MapRequest())) for drawing in (first, second)
    )
    lone_user.checksums += [(first, right), (second, right), (second, other)]
    assert count_wrong_answers(lone_user) == 1
