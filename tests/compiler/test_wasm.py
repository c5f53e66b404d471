"""WebAssembly against NumPy and float64, with SIMD and with relaxed SIMD."""

from math import prod

import numpy as np
import pytest
import torch
from torch import nn

from jacviz.benchmarks.fuzz import compare
from jacviz.benchmarks.webassembly.engines import RELAXED, SIMD
from jacviz.benchmarks.webassembly.wasmtime_instance import WasmtimeInstance
from jacviz.compiler import compile_jacobian
from jacviz.compiler.backends.numpy.backend import NumpyBackend
from jacviz.compiler.backends.wasm import program
from jacviz.compiler.backends.wasm.linker import LinkError, link, number_bytes, read_number
from jacviz.compiler.compiled import CompiledJacobian
from jacviz.errors import InputError

from zoo import ZOO, ModuleCase

VARIANTS = [pytest.param(False, id="simd"), pytest.param(True, id="relaxed-simd")]
CASES = [case for case in ZOO if case.has_plan]


def _reference(model: nn.Module, x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Outputs and Jacobian in float64."""
    model = model.double()
    batch = torch.from_numpy(x.astype(np.float64))[None]
    outputs = model(batch).detach().numpy().ravel()
    jacobian = torch.autograd.functional.jacobian(lambda t: model(t).flatten(), batch)
    return outputs, jacobian.numpy().reshape(len(outputs), -1)


def _compiled(model: nn.Module, shape: tuple[int, ...]) -> CompiledJacobian:
    return compile_jacobian(model, np.zeros(shape), backend="numpy")


def _error(found: np.ndarray, expected: np.ndarray) -> float:
    """As a share of the largest number."""
    return float(np.abs(found - expected).max() / max(np.abs(expected).max(), 1e-9))


@pytest.mark.parametrize("relaxed", VARIANTS)
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_every_plan_gives_the_numbers_of_numpy_and_float64(case: ModuleCase, relaxed: bool) -> None:
    model = case.model()
    compiled = _compiled(model, case.shape)
    instance = WasmtimeInstance(compiled.to_wasm(relaxed=relaxed))
    rng = np.random.default_rng(0)
    for x in (np.zeros(case.shape), rng.random(case.shape), rng.normal(size=case.shape)):
        flat = x.astype(np.float32).ravel()
        numpy = NumpyBackend(compiled.plan)(flat)
        exact = _reference(model, flat.reshape(case.shape))
        for found, single, double in zip(instance(flat), numpy, exact, strict=True):
            assert _error(found, single) < 1e-5
            assert _error(found, double) < 1e-5


@pytest.mark.parametrize(
    "seeds",
    [
        pytest.param(range(5), id="first-5"),
        pytest.param(range(5, 100), id="first-100", marks=pytest.mark.slow),
    ],
)
def test_random_networks_agree_with_numpy_and_float64(seeds: range) -> None:
    for seed in seeds:
        for comparison in compare(seed):
            assert {SIMD, RELAXED} < comparison.compiled.keys()
            assert comparison.agrees, (seed, comparison)


@pytest.mark.parametrize("relaxed", VARIANTS)
def test_digits_have_the_same_maps(lenet5: nn.Module, digits: np.ndarray, relaxed: bool) -> None:
    compiled = _compiled(lenet5, (1, 28, 28))
    instance = WasmtimeInstance(compiled.to_wasm(relaxed=relaxed))
    saturated, noise = np.ones((28, 28)), np.random.default_rng(1).random((28, 28))
    for image in (*digits, saturated, noise, np.zeros((28, 28))):
        flat = image.astype(np.float32).ravel()
        for found, expected in zip(instance(flat), NumpyBackend(compiled.plan)(flat), strict=True):
            assert _error(found, expected) < 2e-5  # each of them is within 1e-5 of float64


def test_a_description_tells_all_that_is_needed_to_call_it() -> None:
    wasm = _compiled(nn.Linear(5, 3), (5,)).to_wasm()
    described = wasm.describe()
    assert (described["input_shape"], described["outputs"]) == ([5], 3)
    assert len(wasm.constants) == 4 * described["layout"]["constants"]
    assert described["layout"]["pitch"] >= prod([5])


def test_the_same_graph_gives_the_same_bytes() -> None:
    first, second = (_compiled(case.model(), case.shape).to_wasm() for case in CASES[:1] * 2)
    assert first == second


def test_what_has_no_plan_or_is_too_large_has_no_module(monkeypatch: pytest.MonkeyPatch) -> None:
    class Sorted(nn.Module):
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return x.sort().values

    with pytest.raises(InputError, match="expected a graph with a plan"):
        _compiled(Sorted(), (4,)).to_wasm()
    monkeypatch.setattr(program, "MAX_MEMORY_BYTES", 100)
    with pytest.raises(InputError, match="at most 100 bytes of memory"):
        _compiled(nn.Linear(5, 3), (5,)).to_wasm()


@pytest.mark.parametrize("number", [0, 1, 127, 128, 300, 2**32 - 1])
def test_numbers_are_written_as_they_are_read(number: int) -> None:
    written = number_bytes(number)
    assert read_number(b"\xff" + written, 1) == (number, 1 + len(written))


def _object(*sections: tuple[int, bytes]) -> bytes:
    return b"\0asm\x01\0\0\0" + b"".join(
        bytes([number]) + number_bytes(len(content)) + content for number, content in sections
    )


MEMORY = b"\x01\x03env\x06memory\x02\x00\x01"


@pytest.mark.parametrize(
    ("obj", "problem"),
    [
        (b"\x7fELF", "object file"),
        (_object((2, MEMORY), (3, b"\x02\0\0")), "one function, got 2"),
        (_object((2, MEMORY), (11, b"\0")), "got section 11"),
        (_object((0, b"\x0areloc.CODE")), "without relocations, got reloc.CODE"),
        (_object((2, b"\x02")), "one import, the memory, got 2"),
        (_object((2, b"\x01\x03env\x01f\x00\x00"), (3, b"\x01\0")), "import of kind 0"),
    ],
)
def test_what_needs_a_real_linker_is_refused(obj: bytes, problem: str) -> None:
    with pytest.raises(LinkError, match=problem):
        link(obj)
