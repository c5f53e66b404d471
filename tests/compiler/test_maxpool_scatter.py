"""The backward pass that scatters from the maxima of max-pooling."""

from copy import deepcopy
from math import prod

import numpy as np
import pytest
import torch
from torch import nn

from jacviz.compiler import compile_jacobian
from jacviz.errors import InputError

pytest.importorskip("llvmlite")

from jacviz.compiler.backends.llvm.backend import NativeBackend
from jacviz.compiler.backends.llvm.context import Context
from jacviz.compiler.backends.llvm.maxpool_scatter import PooledConv, PooledConvKernel
from jacviz.compiler.backends.llvm.target import target
from jacviz.compiler.ir import Plan

SHAPE = (4, 13, 11)
NETWORKS = {
    "stride and padding": [nn.Conv2d(4, 8, (3, 4), stride=(2, 1), padding=(1, 2)), nn.MaxPool2d(2)],
    "dilation": [nn.Conv2d(4, 6, 3, dilation=2), nn.ReLU(), nn.MaxPool2d(2)],
    "groups": [nn.Conv2d(4, 8, 3, groups=2), nn.ReLU(), nn.MaxPool2d(2)],
    "overlapping windows": [nn.Conv2d(4, 6, 3), nn.ReLU(), nn.MaxPool2d(3, stride=2, padding=1)],
    "activations on both sides": [nn.Conv2d(4, 6, 3), nn.Tanh(), nn.MaxPool2d(2), nn.Sigmoid()],
    "one after another": [
        nn.Conv2d(4, 6, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(6, 8, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
    ],
    "a reshape between": [
        nn.Conv2d(4, 6, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Unflatten(1, (3, 10, 4)),
        nn.Conv2d(3, 4, 3), nn.ReLU(), nn.MaxPool2d(2),
    ],
    "before layers of other kinds": [
        nn.Conv2d(4, 6, 3), nn.ELU(), nn.Conv2d(6, 6, 3), nn.ReLU(), nn.MaxPool2d(2),
    ],
}  # fmt: skip


def _network(layers: list[nn.Module], outputs: int) -> nn.Module:
    torch.manual_seed(5)
    body = nn.Sequential(*deepcopy(layers), nn.Flatten())
    size = body(torch.zeros(1, *SHAPE)).numel()
    return nn.Sequential(body, nn.Linear(size, outputs)).eval().requires_grad_(False)


def _plan(network: nn.Module) -> Plan:
    return compile_jacobian(network, np.zeros(SHAPE), backend="numpy").plan


@pytest.mark.parametrize("cpu", ["avx512", "avx2", "baseline", "neon"])
@pytest.mark.parametrize("outputs", [10, 19])
@pytest.mark.parametrize("name", NETWORKS)
def test_gradients_equal_those_in_double_precision(name: str, outputs: int, cpu: str) -> None:
    try:
        target(cpu)
    except InputError as error:
        pytest.skip(str(error))
    network = _network(NETWORKS[name], outputs)
    native = NativeBackend(_plan(network), cpu=cpu)
    exact = deepcopy(network).double()
    rng = np.random.default_rng(3)
    # The second image finds the arena as the first left it.
    for _ in range(2):
        x = rng.normal(size=SHAPE).astype(np.float32)
        expected = torch.func.jacrev(lambda v: exact(v[None])[0])(torch.from_numpy(x).double())
        expected = expected.reshape(outputs, prod(SHAPE)).numpy()
        _, found = native(x.ravel())
        np.testing.assert_allclose(found, expected, atol=1e-5 * np.abs(expected).max())


def test_only_cheaper_networks_scatter_from_the_argmax() -> None:
    def chosen(*layers: nn.Module, outputs: int = 10) -> bool:
        pooled = PooledConv.match_prefix(_plan(_network(list(layers), outputs)).steps)
        assert pooled is not None
        return PooledConvKernel(Context(target(), outputs), pooled).uses_scatter()

    assert chosen(nn.Conv2d(4, 8, 5), nn.ReLU(), nn.MaxPool2d(2))
    # As many windows as pixels: nothing is won.
    assert not chosen(nn.Conv2d(4, 8, 3), nn.ReLU(), nn.MaxPool2d(2, stride=1))
    # A single row would leave most lanes empty.
    assert not chosen(nn.Conv2d(4, 8, 3), nn.ReLU(), nn.MaxPool2d(2), outputs=1)
