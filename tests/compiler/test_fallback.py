"""Modules without a plan: PyTorch runs them, for any number of threads, and the log says why."""

import logging
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from jacviz.compiler import compile_jacobian
from jacviz.compiler.compiled import compile_module

THREADS = 16


class Remembers(nn.Module):
    """Passes values from one line to the next through what the module keeps."""

    def __init__(self) -> None:
        super().__init__()
        torch.manual_seed(0)
        self.first, self.second = nn.Linear(24, 24), nn.Linear(24, 3)
        self.register_buffer("scratch", torch.zeros(1, 24))

    def finish(self, h: Tensor) -> Tensor:
        # Long enough for other threads to come in between.
        for _ in range(5):
            h = nn.functional.softplus(h)
        return self.second(h)


class InAnAttribute(Remembers):
    def forward(self, x: Tensor) -> Tensor:
        self.kept = self.first(x)
        self.branch = float(self.kept.detach().sum()) > 0
        slow = self.finish(x)
        return slow + self.second(self.kept if self.branch else -self.kept)


class InABuffer(Remembers):
    def forward(self, x: Tensor) -> Tensor:
        with torch.no_grad():
            self.scratch.copy_(x.sigmoid())
        slow = self.finish(x)
        return slow + self.second(self.first(x) * self.scratch.clone())


class InAList(Remembers):
    def __init__(self) -> None:
        super().__init__()
        self.kept: list[Tensor] = []

    def forward(self, x: Tensor) -> Tensor:
        self.kept.append(self.first(x))
        slow = self.finish(x)
        return slow + self.second(self.kept.pop().softmax(1) + self.kept_so_far())

    def kept_so_far(self) -> float:
        return float(len(self.kept))


class InAParameter(Remembers):
    def forward(self, x: Tensor) -> Tensor:
        with torch.no_grad():
            self.second.bias.copy_(x[0, :3])
        return self.finish(x) + self.finish(self.first(x))


@pytest.mark.parametrize("trace", [True, False], ids=["traced", "not traced"])
@pytest.mark.parametrize("kind", [InAnAttribute, InABuffer, InAList, InAParameter])
def test_sixteen_threads_share_a_module_that_writes_to_itself(
    kind: type[nn.Module], trace: bool
) -> None:
    inputs = np.random.default_rng(0).normal(size=(8 * THREADS, 24))
    compiled = compile_module(kind(), inputs[0], log_outputs=False, trace=trace)
    assert compiled.plan is None
    alone = [compiled(x) for x in inputs]
    start = Barrier(THREADS)

    def work(chunk):
        start.wait()
        return [compiled(x) for x in chunk]

    with ThreadPoolExecutor(THREADS) as pool:
        chunks = list(pool.map(work, np.split(inputs, THREADS)))
    together = [result for chunk in chunks for result in chunk]
    for found, expected in zip(together, alone, strict=True):
        np.testing.assert_allclose(found[0], expected[0], rtol=1e-5, atol=1e-6)
        np.testing.assert_allclose(found[1], expected[1], rtol=1e-5, atol=1e-6)


def test_what_a_module_writes_does_not_outlive_a_copy_nor_reach_the_model() -> None:
    model = InABuffer()
    compiled = compile_jacobian(model, torch.ones(24))
    compiled(np.ones(24))
    assert not model.scratch.any()
    assert "kept" not in vars(model)


def test_threads_compile_while_others_run_modules() -> None:
    """torch.fx replaces nn.Module.__call__ while it traces."""
    model = nn.Sequential(nn.Linear(24, 24), nn.Tanh(), nn.Linear(24, 3))
    original, x = nn.Module.__call__, torch.ones(24)
    expected = compile_jacobian(model, x, backend="numpy")(x)[1]
    start = Barrier(8)

    def compiles(_) -> bool:
        start.wait()
        graphs = [compile_jacobian(model, x, backend="numpy") for _ in range(5)]
        return all(g.plan is not None and np.array_equal(g(x)[1], expected) for g in graphs)

    def runs(_) -> bool:
        start.wait()
        results = [model(x[None]) for _ in range(500)]
        return all(type(result) is Tensor for result in results)

    with ThreadPoolExecutor(8) as pool:
        done = [pool.submit(job, None) for job in [compiles, runs] * 4]
        assert all(job.result() for job in done)
    assert nn.Module.__call__ is original


def test_a_slow_fallback_is_said_once_in_the_log_with_its_reason(caplog) -> None:
    class Peculiar(nn.Module):
        def forward(self, x: Tensor) -> Tensor:
            return torch.special.erfcx(x)

    with caplog.at_level(logging.INFO, logger="jacviz"):
        for _ in range(3):
            compile_jacobian(Peculiar(), torch.zeros(3))
    said = [record for record in caplog.records if record.levelno >= logging.WARNING]
    assert len(said) == 1
    message = said[0].getMessage()
    assert "special_erfcx" in message
    assert "torch, traced" in message


def test_nothing_is_said_where_there_is_a_plan(caplog) -> None:
    with caplog.at_level(logging.INFO, logger="jacviz.compiler.compiled"):
        compile_jacobian(nn.Linear(3, 2), torch.zeros(3))
    assert not caplog.records
