"""The equality table: the browser's numbers against Python's, and what it takes for wrong."""

import json
import os
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from jacviz.benchmarks import equality
from jacviz.benchmarks.equality import compare_frames
from jacviz.benchmarks.fuzz import BOUND, NATIVE, Comparison
from jacviz.benchmarks.webassembly.engines import RELAXED, SIMD, instances, variants
from jacviz.benchmarks.webassembly.node import INSTALL_HINT, NodeInstance, node_failure
from jacviz.cli.bench.equality import command
from jacviz.compiler import compile_jacobian
from jacviz.errors import JacvizError
from jacviz.models.lenet5 import load_lenet5
from jacviz.preprocessing.frame import Frame
from jacviz.typing import UInt8Array

needs_node = pytest.mark.skipif(
    node_failure() is not None and os.environ.get("JACVIZ_REQUIRE_NODE") != "1",
    reason=f"{node_failure()}; {INSTALL_HINT}",
)


@needs_node
@pytest.mark.node
def test_one_table_tells_all_and_what_is_equal_exits_0(tmp_path: Path) -> None:
    file = tmp_path / "equality.json"
    arguments = ["--drawings", "30", "--networks", "1", "--json", str(file)]
    result = CliRunner(env={"COLUMNS": "160", "JACVIZ_MNIST": None}).invoke(command, arguments)
    assert result.exit_code == 0, result.output
    found = json.loads(file.read_text())
    assert [one["preprocess"] for one in found["frames"]] == ["mnist", "letterbox"]
    assert all((one["drawings"], one["moved"]) == (30, 0) for one in found["frames"])
    titles = [one["title"] for one in found["jacobians"]]
    assert titles == [
        "1 random networks",
        *(f"LeNet-5, {kind}" for kind in ("MNIST, 80 digits", "blank", "saturated", "noise")),
    ]
    for one in found["jacobians"]:
        assert one["title"] in result.output
        assert {NATIVE, *variants()} == one["from_numpy"].keys()
        assert one["wrong"] == 0
    assert max(found["jacobians"][1]["from_float64"].values()) < 2e-5


@needs_node
@pytest.mark.node
def test_a_frame_that_lies_elsewhere_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    def shifted(ink: UInt8Array) -> Frame:
        return Frame(np.full((28, 28), 0.5, np.float32), top=1, left=2, scale=3, empty=False)

    monkeypatch.setattr(equality, "frame", shifted)
    compared = compare_frames([np.full((5, 5), 255, np.uint8)], "mnist")
    assert compared.moved == 1
    assert compared.difference == 0.5


def test_rounding_is_what_moves_numpy_too() -> None:
    def at(numpy: float, wasm: float) -> Comparison:
        return Comparison("noise", numpy, {NATIVE: 0.0, SIMD: wasm}, {})

    assert at(1e-7, BOUND).agrees
    assert not at(1e-7, 1.1 * BOUND).agrees
    assert at(1e-3, 1e-2).agrees
    assert not at(1e-3, 2e-2).agrees


@needs_node
@pytest.mark.node
def test_node_and_wasmtime_compute_the_same_bits(digits: np.ndarray) -> None:
    pytest.importorskip("wasmtime")
    compiled = compile_jacobian(load_lenet5(), digits[:1], backend="numpy")
    kinds = variants()
    assert kinds == {SIMD: False, RELAXED: True}
    with (
        NodeInstance(compiled.to_wasm()) as node,
        instances(compiled, {SIMD: False}) as wasmtime,
    ):
        for image in digits[:3].reshape(3, -1):
            for found, expected in zip(node(image), wasmtime[SIMD](image), strict=True):
                np.testing.assert_array_equal(found, expected)


@needs_node
@pytest.mark.node
def test_what_node_does_not_run_is_told() -> None:
    compiled = compile_jacobian(load_lenet5(), np.zeros((1, 28, 28)), backend="numpy")
    program = compiled.to_wasm()
    object.__setattr__(program, "module", b"no module")
    with pytest.raises(JacvizError, match=r"(?s)does not run the module.*CompileError"):
        NodeInstance(program)
