"""Inference mode, which evaluation code has around everything, is not felt by derivatives."""

import numpy as np
import pytest
import torch
from torch import Tensor, nn

import jacviz
from jacviz.autodiff import reference

from installed import method_params
from zoo import ZOO


def _network() -> nn.Module:
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(5, 4), nn.Tanh(), nn.BatchNorm1d(4), nn.Linear(4, 3)).eval()


@pytest.mark.parametrize("method", method_params())
def test_every_method_computes_inside_inference_mode(method: str) -> None:
    x = torch.linspace(-1, 1, 5)
    expected = reference.jacobian(_network(), x)
    ordinary = _network()
    with torch.inference_mode():
        by_ordinary_tensors = jacviz.jacobian(ordinary, x, method=method)
        model, image = _network(), torch.linspace(-1, 1, 5)
        assert image.is_inference()
        assert model[0].weight.is_inference()
        run = jacviz.methods()[method].prepare(model, image)
        by_inference_tensors = run(image)
    for found in (by_ordinary_tensors, by_inference_tensors, run(image)):
        assert not found.is_inference()
        torch.testing.assert_close(found.double(), expected, rtol=0, atol=1e-5)
    assert model[0].weight.is_inference()  # the module itself is left as it was


@pytest.mark.parametrize(
    "name", ["LeNet-5", "Softplus", "a path that depends on the input", "a sequence"]
)
def test_graphs_are_compiled_and_called_inside_inference_mode(name: str) -> None:
    case = next(case for case in ZOO if case.name == name)
    x = torch.randn(case.shape, generator=torch.Generator().manual_seed(0))
    before = jacviz.compile_jacobian(case.model(), x)
    expected = before(x)[1]
    assert np.abs(expected).max() > 0
    with torch.inference_mode():
        inside = jacviz.compile_jacobian(case.model(), x.clone())
        found = [before(x)[1], inside(x.clone())[1]]
        found.append(jacviz.sensitivity(case.model(), x.clone()).logit_jacobian)
    found.append(inside(x)[1])
    for jacobian in found:
        np.testing.assert_allclose(jacobian.reshape(expected.shape), expected, rtol=1e-4, atol=1e-6)


class _Attributes(nn.Module):
    """Weights that are plain attributes, and a buffer."""

    def __init__(self) -> None:
        super().__init__()
        self.weight = torch.tensor([[1.0, 2.0, 3.0]])
        self.register_buffer("shift", torch.ones(3))

    def forward(self, x: Tensor) -> Tensor:
        return ((x - self.shift) ** 2) @ self.weight.T


def test_whatever_tensors_a_module_holds_may_come_from_inference_mode() -> None:
    with torch.inference_mode():
        model = _Attributes()
    x = torch.tensor([0.0, 3.0, 1.0])
    for method in ("loop", "functional", "func", "compiled"):
        torch.testing.assert_close(
            jacviz.jacobian(model, x, method=method), torch.tensor([[-2.0, 8.0, 0.0]])
        )


def test_checks_and_references_work_inside_inference_mode() -> None:
    with torch.inference_mode():
        model, x = _network(), torch.linspace(-1, 1, 5)
        assert jacviz.check(model, x, method="functional").passed
        assert reference.jacobian(model, x).abs().max() > 0.01
