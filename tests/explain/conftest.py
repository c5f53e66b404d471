"""The shipped network, compiled, and a colour network with four classes."""

import pytest
import torch
from torch import nn

from jacviz.compiler import CompiledJacobian, compile_jacobian
from jacviz.models.lenet5 import LeNet5


@pytest.fixture(scope="session")
def graph(lenet5: LeNet5) -> CompiledJacobian:
    return compile_jacobian(lenet5, torch.zeros(1, 28, 28), backend="numpy")


@pytest.fixture(scope="session")
def colour_model() -> nn.Module:
    """(N, 3, 8, 6) to four logits."""
    torch.manual_seed(3)
    layers = nn.Conv2d(3, 4, 3), nn.Tanh(), nn.Flatten(), nn.Linear(4 * 6 * 4, 4)
    return nn.Sequential(*layers).requires_grad_(False).eval()


@pytest.fixture(scope="session")
def colour_graph(colour_model: nn.Module) -> CompiledJacobian:
    return compile_jacobian(colour_model, torch.zeros(3, 8, 6), backend="numpy")
