"""The browser's engine gives the server's numbers: frames, maps, what-if and versus.

One Node.js process computes everything; see engine/compute_answers.js. It is given SIMD alone;
relaxed SIMD, which Node.js 20 lacks, is compared in tests/compiler/test_wasm.py.
"""

import json
import subprocess
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from torch import nn

from jacviz.benchmarks.drawings import random_drawings
from jacviz.benchmarks.equality import PREPROCESSES, Preprocess, compare_frames
from jacviz.explain.attribution_specs import AttributionName
from jacviz.export import drawing_codec
from jacviz.export.browser_model import browser_model
from jacviz.models import registry
from jacviz.models.model import Model
from jacviz.models.shipped import READABLE, STANDARD
from jacviz.output_spaces import SPACES
from jacviz.server import handlers
from jacviz.server.map_request import MapRequest
from jacviz.server.model_store import get_engine
from jacviz.typing import UInt8Array

from shapes import network, shapes

pytestmark = pytest.mark.node

SCRIPT = Path(__file__).parent / "engine" / "compute_answers.js"
DRAWINGS = 2000
ANSWERED = 54  # of the drawings, six of each kind
QUESTIONED = 18
MODELS = [STANDARD, READABLE, "shapes", "log-shapes", "probable-shapes"]
METHODS: tuple[AttributionName, ...] = ("gradient", "gradient-x-ink")
VIEWS = [(space, method) for method in METHODS for space in SPACES]
BRUSHES = [(0, 0, 0), (10, 12, 0), (14, 9, 2), (19, 19, 3)]
PAIRS = [(None, None), (3, None), (None, 5), (1, 6)]


@pytest.fixture(scope="module")
def drawings() -> list[UInt8Array]:
    return random_drawings(DRAWINGS)


def _shapes_ending_in(name: str, outputs: Any, last: nn.Module) -> Model:
    module = partial(nn.Sequential, network(), last)
    return replace(shapes(), name=name, module=module, outputs=outputs)


@dataclass
class Numbers:
    """What the script wrote."""

    folder: Path

    def __call__(self, name: str, dtype: str, columns: int) -> np.ndarray:
        return np.fromfile(self.folder / name, dtype).reshape(-1, columns)

    def json(self, network: str) -> dict[str, Any]:
        found: dict[str, Any] = json.loads((self.folder / f"{network}.answers.json").read_text())
        return found


@pytest.fixture(scope="module")
def computed(
    node: None, drawings: list[UInt8Array], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Numbers]:
    folder = tmp_path_factory.mktemp("engine")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(registry, "_MODELS", dict(registry._MODELS))
        registry.register(shapes())
        registry.register(_shapes_ending_in("log-shapes", "log-probability", nn.LogSoftmax(1)))
        registry.register(_shapes_ending_in("probable-shapes", "probability", nn.Softmax(1)))
        (folder / "models").mkdir()
        for name in MODELS:
            engine = get_engine(name)
            model = browser_model(engine.model, engine.compiled)
            manifest = model.manifest()
            files = manifest["files"]
            files["relaxed"] = files["simd"]
            (folder / "models" / f"{name}.json").write_text(json.dumps(manifest))
            for file in {*files.values()}:
                (folder / "models" / file).write_bytes(model.files[file]())
        plan = {
            "drawings": [b64encode(drawing_codec.encode(ink)).decode() for ink in drawings],
            "models": MODELS,
            "answered": ANSWERED,
            "questioned": QUESTIONED,
            "views": [{"space": space, "method": method} for space, method in VIEWS],
            "brushes": [{"row": r, "column": c, "radius": radius} for r, c, radius in BRUSHES],
            "pairs": PAIRS,
        }
        (folder / "drawings.json").write_text(json.dumps(plan))
        done = subprocess.run(
            ["node", SCRIPT, folder], capture_output=True, text=True, timeout=120, check=False
        )
        assert done.returncode == 0, done.stderr
        yield Numbers(folder)


@pytest.mark.parametrize("preprocess", PREPROCESSES)
def test_frames_are_the_same(
    node: None, drawings: list[UInt8Array], preprocess: Preprocess
) -> None:
    compared = compare_frames(drawings, preprocess)
    assert compared.moved == 0
    assert compared.difference <= 1e-6


def _decode(answer: bytes) -> tuple[dict[str, Any], np.ndarray]:
    end = 4 + int.from_bytes(answer[:4], "little")
    return json.loads(answer[4:end]), np.frombuffer(answer, "<f4", offset=end)


def _same(found: Any, expected: Any) -> bool:
    """Whether numbers differ by 2e-5 of the largest at most: each is within 1e-5 of float64."""
    return bool(np.abs(np.subtract(found, expected)).max() <= 2e-5 * np.abs(expected).max())


@pytest.mark.parametrize("name", MODELS)
def test_answers_are_those_of_the_server(
    computed: Numbers, drawings: list[UInt8Array], name: str
) -> None:
    model = registry.get_model(name)
    labels, pixels = len(model.labels), model.height * model.width
    headers = iter(computed.json(name)["headers"])
    arrays = computed(f"{name}.arrays", "<f4", 1).ravel()
    for ink in drawings[:ANSWERED]:
        for space, method in VIEWS:
            request = MapRequest(space, exact=True, network=name, method=method)
            header, expected = _decode(handlers.maps(ink, request))
            said = next(headers)
            assert said == {**said, "top": -1, **header}
            found, arrays = np.split(arrays, [len(expected)])
            # The frame, the probabilities, the largest of each map, the maps.
            ends = np.cumsum([pixels, labels, labels])[: 1 if header["empty"] else 3]
            for some, others in zip(np.split(found, ends), np.split(expected, ends), strict=True):
                assert not len(others) or _same(some, others)
    assert not len(arrays)
    assert not [*headers]


@pytest.mark.parametrize("name", MODELS)
def test_what_if_and_versus_are_those_of_the_server(
    computed: Numbers, drawings: list[UInt8Array], name: str
) -> None:
    found = computed.json(name)
    curves, contrasts = iter(found["curves"]), iter(found["contrasts"])
    for ink in filter(np.any, drawings[:QUESTIONED]):
        for row, column, radius in BRUSHES:
            expected = json.loads(handlers.what_if(ink, name, (row, column), radius))
            curve = next(curves)
            assert curve.keys() == expected.keys()
            assert curve["amounts"] == expected["amounts"]
            for part in ("predicted", "true", "room"):
                assert _same(curve[part], expected[part])
        for a, b in PAIRS:
            expected = json.loads(handlers.versus(ink, name, a, b))
            contrast = next(contrasts)
            assert contrast.keys() == expected.keys()
            assert (contrast["a"], contrast["b"]) == (expected["a"], expected["b"])
            assert contrast["log_odds"] == pytest.approx(expected["log_odds"], rel=2e-5, abs=2e-5)
            assert _same(contrast["map"], expected["map"])
    assert not [*curves, *contrasts]
