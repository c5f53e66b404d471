"""Softmax at the end of networks with many classes."""

import numpy as np
import pytest
import torch
from torch import nn

from jacviz.compiler import compile_jacobian
from jacviz.compiler.softmax import probability_jacobian

TOLERANCE = 1e-5


def classifier(classes: int, gain: float, *, log: bool = False) -> nn.Module:
    torch.manual_seed(0)
    end = nn.LogSoftmax(-1) if log else nn.Softmax(-1)
    model = nn.Sequential(nn.Linear(20, 32), nn.Tanh(), nn.Linear(32, classes), end)
    with torch.no_grad():
        model[2].weight *= gain
    return model.eval()


def float64_jacobian(model: nn.Module, x: np.ndarray) -> np.ndarray:
    """(diag p - p p^T) W diag(1 - tanh^2) V."""
    first, _, last, _ = model.double()
    with torch.no_grad():
        hidden = first(torch.from_numpy(x).double()).tanh()
        p = last(hidden).softmax(-1)[:, None]
        logits = last.weight * (1 - hidden**2) @ first.weight
    model.float()
    return (p * (logits - p.T @ logits)).numpy()


@pytest.mark.parametrize("backend", ["numpy", "auto"])
@pytest.mark.parametrize("gain", [0.0, 1.0, 5.0])
@pytest.mark.parametrize("classes", [1, 2, 300, 1000, 4000, 20_000])
def test_probabilities_of_any_number_of_classes_match_float64(
    classes: int, gain: float, backend: str
) -> None:
    model = classifier(classes, gain)
    x = np.random.default_rng(0).normal(size=20).astype(np.float32)
    exact = float64_jacobian(model, x)
    found = compile_jacobian(model, x, backend=backend)(x)[1]
    assert np.abs(found - exact).max() <= TOLERANCE * np.abs(exact).max()


@pytest.mark.parametrize("log", [False, True])
def test_many_classes_run_as_native_code(log: bool) -> None:
    pytest.importorskip("llvmlite")
    compiled = compile_jacobian(classifier(4000, 1.0, log=log), np.zeros(20))
    assert compiled.backend.startswith("llvm"), compiled.why


def test_of_all_rows_the_winners_is_as_exact_as_the_others() -> None:
    rng = np.random.default_rng(0)
    logits = rng.normal(size=4000).astype(np.float32)
    jacobian = rng.normal(size=(4000, 7)).astype(np.float32)
    p = np.exp(logits.astype(np.float64))
    p /= p.sum()
    exact = p[:, None] * (jacobian - p @ jacobian.astype(np.float64))
    error = np.abs(probability_jacobian(logits, jacobian) - exact).max(axis=1)
    assert (error <= TOLERANCE * np.abs(exact).max(axis=1)).all()
