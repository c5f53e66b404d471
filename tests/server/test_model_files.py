"""What a browser needs to run a model itself: a manifest, and files that can be kept for ever."""

import gzip
import json
import urllib.request
from http.client import HTTPMessage
from urllib.error import HTTPError

import numpy as np
import pytest
from torch import nn

import jacviz
from jacviz.benchmarks.webassembly.wasmtime_instance import WasmtimeInstance
from jacviz.compiler.backends.wasm.program import MemoryLayout, WebAssemblyProgram
from jacviz.errors import InputError
from jacviz.export.browser_model import browser_model
from jacviz.models.shipped import WEIGHTS


def _get(url: str, **headers: str) -> tuple[bytes, HTTPMessage]:
    with urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=60) as reply:
        return reply.read(), reply.headers


@pytest.fixture(params=WEIGHTS)
def network(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.mark.parametrize("variant", ["simd", "relaxed"])
def test_a_manifest_leads_to_files_that_compute_the_networks_jacobian(
    app: str, network: str, variant: str, digits: np.ndarray
) -> None:
    body, headers = _get(f"{app}/jacviz/models/{network}.json")
    assert headers["Cache-Control"] == "no-cache"
    manifest = json.loads(body)
    model = jacviz.get_model(network)
    assert manifest["labels"] == list(model.labels)
    assert (manifest["height"], manifest["width"]) == (28, 28)
    assert manifest["preprocess"] == "mnist"
    names = manifest["files"][variant], manifest["files"]["constants"]
    module, constants = (_get(f"{app}/jacviz/models/{name}")[0] for name in names)
    layout = MemoryLayout(**manifest["layout"])
    program = WebAssemblyProgram(module, constants, (1, 28, 28), 10, True, layout)
    image = digits[3].astype(np.float32)
    expected = jacviz.compile_jacobian(model)(image)
    for found, right in zip(WasmtimeInstance(program)(image.ravel()), expected, strict=True):
        assert found == pytest.approx(
            right.reshape(found.shape), abs=2e-5 * float(np.abs(right).max())
        )


def test_files_are_compressed_and_kept_for_ever(app: str) -> None:
    manifest = json.loads(_get(f"{app}/jacviz/models/standard.json")[0])
    for name in manifest["files"].values():
        url = f"{app}/jacviz/models/{name}"
        plain, headers = _get(url)
        assert "immutable" in headers["Cache-Control"]
        packed, headers = _get(url, **{"Accept-Encoding": "gzip"})
        assert headers["Content-Encoding"] == "gzip"
        assert gzip.decompress(packed) == plain
        assert len(packed) < len(plain)
    assert _get(f"{app}/jacviz/models/{manifest['files']['simd']}")[1]["Content-Type"] == (
        "application/wasm"
    )


@pytest.mark.parametrize("name", ["none.json", "standard.wasm", "standard-0.wasm", "a"])
def test_what_there_is_not_is_404_with_a_reason(app: str, name: str) -> None:
    with pytest.raises(HTTPError) as refused:
        _get(f"{app}/jacviz/models/{name}")
    assert refused.value.code == 404
    assert b"expected" in refused.value.read()


def _model(**fields: object) -> jacviz.Model:
    options = {"name": "one", "labels": ("a", "b"), "input_shape": (1, 6, 5)} | fields
    return jacviz.Model(module=nn.Sequential(nn.Flatten(), nn.Linear(30, 2)), **options)


def test_a_model_without_preprocessing_is_letterboxed() -> None:
    model = _model(baseline=0.5)
    manifest = browser_model(model, jacviz.compile_jacobian(model)).manifest()
    assert (manifest["preprocess"], manifest["baseline"]) == ("letterbox", 0.5)


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"preprocess": lambda ink: ink}, "preprocess to be jacviz.frame or None"),
        ({"baseline": np.eye(6, 5)}, "one number as its baseline"),
    ],
)
def test_what_no_browser_can_do_is_refused(fields: dict[str, object], reason: str) -> None:
    model = _model(**fields)
    with pytest.raises(InputError, match=reason):
        browser_model(model, jacviz.compile_jacobian(model))
