"""Native code against NumPy and float64, on networks drawn at random."""

import logging
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from math import prod
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from jacviz.benchmarks.stress import run_threads
from jacviz.compiler import compile_jacobian
from jacviz.compiler.backends.numpy.backend import NumpyBackend
from jacviz.compiler.backends.selection import choose_backend, llvmlite_failure
from jacviz.compiler.workspaces import cores, idle_workspaces
from jacviz.errors import InputError
from jacviz.models.lenet5 import LeNet5

from zoo import ZOO, ModuleCase

pytest.importorskip("llvmlite")

from jacviz.benchmarks.fuzz import compare
from jacviz.compiler.backends.llvm import backend as native_backend
from jacviz.compiler.backends.llvm.backend import NativeBackend
from jacviz.compiler.backends.llvm.jit import MachineCode
from jacviz.compiler.backends.llvm.target import target

CASES_WITH_PLAN = [s for s in ZOO if s.has_plan]


@pytest.fixture(scope="module")
def lenet5_graph():
    torch.manual_seed(0)
    return compile_jacobian(LeNet5().eval(), torch.zeros(1, 28, 28), backend="llvm")


SEEDS = [
    pytest.param(range(20), id="first-20"),
    *(
        pytest.param(range(first, first + 28), id=f"from-{first}", marks=pytest.mark.slow)
        for first in range(20, 300, 28)
    ),
]


@pytest.mark.parametrize("seeds", SEEDS)
def test_random_networks_agree_with_numpy_and_float64(seeds: range) -> None:
    for seed in seeds:
        for comparison in compare(seed, webassembly=False):
            assert comparison.agrees, (seed, comparison)


@pytest.mark.parametrize("cpu", ["avx2", "baseline", "neon"])
@pytest.mark.parametrize("name", ["LeNet-5", "overlapping and padded max-pooling", "GELU"])
def test_fewer_instructions_give_the_same(name: str, cpu: str) -> None:
    try:
        target(cpu)
    except InputError as error:
        pytest.skip(str(error))
    case = next(s for s in ZOO if s.name == name)
    plan = compile_jacobian(case.model(), np.zeros(case.shape), backend="numpy").plan
    x = np.random.default_rng(0).normal(size=prod(case.shape)).astype(np.float32)
    for found, expected in zip(NativeBackend(plan, cpu=cpu)(x), NumpyBackend(plan)(x), strict=True):
        np.testing.assert_allclose(found, expected, atol=1e-5 * np.abs(expected).max())


@pytest.mark.parametrize("case", CASES_WITH_PLAN, ids=lambda s: s.name)
def test_every_plan_runs_native(case: ModuleCase) -> None:
    compiled = compile_jacobian(case.model(), np.zeros(case.shape), backend="llvm")
    assert compiled.backend.startswith("llvm")


def test_the_setting_chooses_the_instructions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JACVIZ_CPU", "a toaster")
    with pytest.raises(InputError, match=r"expected JACVIZ_CPU as one of .* got 'a toaster'"):
        target()


def test_numpy_can_be_asked_for() -> None:
    assert compile_jacobian(nn.Linear(3, 2), np.zeros(3), backend="numpy").backend == "numpy"
    with pytest.raises(InputError, match="'auto', 'numpy' or 'llvm'"):
        compile_jacobian(nn.Linear(3, 2), np.zeros(3), backend="fortran")


def test_without_llvmlite_numpy_runs_and_says_why(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    model = nn.Linear(3, 2)
    with monkeypatch.context() as blocked, caplog.at_level(logging.INFO):
        for name in [name for name in sys.modules if name.partition(".")[0] == "llvmlite"]:
            blocked.delitem(sys.modules, name)
        blocked.setitem(sys.modules, "llvmlite", None)
        compiled = compile_jacobian(model, np.zeros(3))
        assert compiled.backend == "numpy"
        assert "numpy (llvmlite is not installed)" in str(compiled)
        assert "llvmlite is not installed" in caplog.text
        np.testing.assert_allclose(compiled(np.ones(3))[1], model.weight.detach(), rtol=1e-6)
    monkeypatch.setitem(sys.modules, "llvmlite", None)
    with pytest.raises(InputError, match="pip install llvmlite"):
        compile_jacobian(nn.Linear(3, 2), np.zeros(3), backend="llvm")


def test_code_that_disagrees_with_numpy_is_not_used(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    plan = compile_jacobian(nn.Linear(3, 2), np.zeros(3)).plan
    right = NativeBackend.__call__
    monkeypatch.setattr(
        NativeBackend, "__call__", lambda self, x: tuple(1.01 * a for a in right(self, x))
    )
    with caplog.at_level(logging.WARNING):
        assert choose_backend(plan).name == "numpy"
    assert "disagree" in caplog.text


def test_code_that_cannot_be_built_is_not_used(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("no such instruction")

    plan = compile_jacobian(nn.Linear(3, 2), np.zeros(3)).plan
    monkeypatch.setattr(native_backend, "machine_code", broken)
    with caplog.at_level(logging.WARNING):
        assert choose_backend(plan).name == "numpy"
    assert "no such instruction" in caplog.text


BROKEN = {
    "an import error": "raise ImportError('libffi.so.6: cannot open')",
    "a file that cannot be loaded": "raise OSError('invalid ELF header')",
    "another version": "",
    "no initialisation": (
        "def initialize_native_target(): raise RuntimeError('no such target')\n"
        "class newpassmanagers: pass"
    ),
}


@pytest.mark.parametrize("how", BROKEN)
def test_a_broken_llvmlite_gives_numpy_and_is_said_once(
    how: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "llvmlite").mkdir()
    (tmp_path / "llvmlite" / "__init__.py").write_text("")
    (tmp_path / "llvmlite" / "binding.py").write_text(BROKEN[how])
    model = nn.Linear(3, 2)
    loaded = [
        n for n in sys.modules if n.startswith(("llvmlite", "jacviz.compiler.backends.llvm."))
    ]
    for name in loaded:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.syspath_prepend(tmp_path)
    llvmlite_failure.cache_clear()
    try:
        with caplog.at_level(logging.INFO):
            for _ in range(3):
                compiled = compile_jacobian(model, np.zeros(3))
                np.testing.assert_allclose(
                    compiled(np.ones(3))[1], model.weight.detach(), rtol=1e-6
                )
        assert compiled.backend == "numpy"
        assert "llvmlite is installed but broken" in str(compiled)
        assert caplog.text.count("llvmlite is installed but broken") == 1
        with pytest.raises(InputError, match="broken"):
            compile_jacobian(model, np.zeros(3), backend="llvm")
    finally:
        llvmlite_failure.cache_clear()


def test_compiling_does_not_leak() -> None:
    psutil = pytest.importorskip("psutil")

    def compile_programs(numbers: range) -> int:
        for n in numbers:
            body = f"store float {float(n)}, ptr %0\n ret void"
            MachineCode(f"define void @jacobian(ptr %0, ptr %1) {{\n {body}\n}}", target())
        return psutil.Process().memory_info().rss

    before = compile_programs(range(20))
    # Pass managers that stay take 50 KB for so small a program.
    assert compile_programs(range(20, 100)) - before < 80 * 20_000


@pytest.mark.parametrize("backend", [NativeBackend, NumpyBackend])
def test_after_a_rush_only_as_many_workspaces_are_kept_as_there_are_cores(
    backend, lenet5_graph
) -> None:
    run = backend(lenet5_graph.plan)
    x, callers = np.zeros(784, np.float32), 8 * cores()
    peak: set[int] = set()
    gate = threading.Barrier(callers)

    def call(_: int) -> None:
        gate.wait()
        for _ in range(20):
            run(x)
            peak.add(len(run._idle))

    with ThreadPoolExecutor(callers) as pool:
        list(pool.map(call, range(callers)))
    assert max(peak) <= cores()
    assert len(run._idle) <= cores()


def test_large_workspaces_are_kept_in_smaller_number() -> None:
    assert idle_workspaces(1 << 40) == 1
    assert idle_workspaces(1000) == cores()


def test_sixteen_threads_get_their_own_results_for_seconds(lenet5_graph) -> None:
    done, wrong = run_threads(lenet5_graph, threads=16, seconds=2)
    assert done > 16
    assert not wrong


def test_memory_stays_flat(lenet5_graph) -> None:
    resource = pytest.importorskip("resource")
    frame = np.random.default_rng(0).random((28, 28), np.float32)
    for _ in range(2000):
        lenet5_graph(frame)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for _ in range(20_000):
        lenet5_graph(frame)
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    # Kilobytes on Linux, bytes on macOS.
    assert grown < (1 << 22 if sys.platform == "darwin" else 1 << 12)


def test_equal_networks_share_their_code(lenet5_graph) -> None:
    again = NativeBackend(lenet5_graph.plan)
    assert NativeBackend(lenet5_graph.plan)._code is again._code


def test_the_functions_leave_denormals_as_they_were(lenet5_graph) -> None:
    lenet5_graph(np.zeros((28, 28), np.float32))
    assert np.float32(1e-40) * np.float32(1) > 0
