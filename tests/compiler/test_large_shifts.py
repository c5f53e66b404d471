"""Inputs far from zero: what centres them must not be folded where that costs digits."""

import numpy as np
import pytest
import torch
from torch import Tensor, nn

import jacviz
from jacviz.autodiff import reference
from jacviz.compiler import compile_jacobian
from jacviz.compiler.ir import Affine, Conv, Scale

TOLERANCE = 1e-5
BACKENDS = ["auto", "numpy"]


class Centred(nn.Module):
    def __init__(self, mean: float, network: nn.Module, std: float = 1.0) -> None:
        super().__init__()
        self.network, self.mean, self.std = network, mean, std

    def forward(self, x: Tensor) -> Tensor:
        return self.network((x - self.mean) / self.std)


def dense() -> nn.Module:
    return nn.Sequential(nn.Linear(200, 64), nn.Tanh(), nn.Linear(64, 10))


def convolutional() -> nn.Module:
    return nn.Sequential(
        nn.Conv2d(2, 4, 3, padding=1),
        nn.AvgPool2d(2),
        nn.Tanh(),
        nn.Flatten(),
        nn.Linear(100, 5),
    )


def after_batch_norm(norm: nn.Module, mean: float, network: nn.Module) -> nn.Module:
    norm.running_mean.fill_(mean).add_(torch.randn(norm.running_mean.shape))
    nn.init.uniform_(norm.running_var, 0.5, 2.0)
    nn.init.normal_(norm.bias)
    return nn.Sequential(norm, network)


def error(model: nn.Module, x: Tensor, backend: str) -> float:
    compiled = compile_jacobian(model, x, backend=backend)
    assert compiled.plan is not None, compiled.fallback
    _, found = compiled(x)
    expected = reference.jacobian(model, x).numpy()
    return float(np.abs(found - expected).max() / np.abs(expected).max())


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("mean", [0.5, 30.0, 1e4, 1e5])
@pytest.mark.parametrize(("network", "shape"), [(dense, (200,)), (convolutional, (2, 10, 10))])
def test_subtracting_a_mean_costs_no_digits(network, shape, mean: float, backend: str) -> None:
    torch.manual_seed(0)
    model, x = Centred(mean, network()), mean + torch.randn(shape)
    assert error(model, x, backend) <= TOLERANCE


@pytest.mark.parametrize("backend", BACKENDS)
def test_standardising_with_a_small_deviation_costs_no_digits(backend: str) -> None:
    torch.manual_seed(0)
    x = 10 + 1e-3 * torch.randn(200)
    assert error(Centred(10.0, dense(), std=1e-3), x, backend) <= TOLERANCE


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("mean", [1e4, 1e5])
def test_a_batch_norm_with_a_large_running_mean_costs_no_digits(mean: float, backend: str) -> None:
    torch.manual_seed(0)
    flat = after_batch_norm(nn.BatchNorm1d(200), mean, dense()).eval()
    image = after_batch_norm(nn.BatchNorm2d(2), mean, convolutional()).eval()
    assert error(flat, mean + torch.randn(200), backend) <= TOLERANCE
    assert error(image, mean + torch.randn(2, 10, 10), backend) <= TOLERANCE


def test_an_affine_map_that_centres_is_not_merged_with_the_next() -> None:
    torch.manual_seed(0)
    centre = nn.Linear(200, 200)
    nn.init.eye_(centre.weight)
    nn.init.constant_(centre.bias, -1e4)
    model = nn.Sequential(centre, nn.Linear(200, 10), nn.Tanh())
    assert error(model, 1e4 + torch.randn(200), "auto") <= TOLERANCE


@pytest.mark.parametrize("method", ["layers", "autograd", "jax"])
def test_methods_that_rewrite_the_network_keep_the_digits_too(method: str) -> None:
    if not jacviz.methods()[method].installed:
        pytest.skip("not installed")
    torch.manual_seed(0)
    model = after_batch_norm(nn.BatchNorm1d(200), 1e4, dense()).eval()
    x = 1e4 + torch.randn(200)
    expected = reference.jacobian(model, x)
    found = jacviz.jacobian(model, x, method=method).double()
    assert float((found - expected).abs().max()) <= TOLERANCE * float(expected.abs().max())


@pytest.mark.parametrize("mean", [0.1307, 0.485])
def test_ordinary_standardisation_is_folded(mean: float) -> None:
    model = Centred(mean, convolutional(), std=0.25)
    plan = compile_jacobian(model, torch.zeros(2, 10, 10)).plan
    assert [type(step) for step in plan.steps if isinstance(step, Scale | Conv | Affine)] == [
        Conv,
        Affine,
    ]
