"""The networks that the benches know by name, and how to name others."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module

import numpy as np
import torch
from torch import Tensor, nn

from jacviz.errors import InputError
from jacviz.models.lenet5 import load_lenet5
from jacviz.resources import ASSETS

# The article's network.
INPUTS, HIDDEN, OUTPUTS = 500, 100, 10


@dataclass(frozen=True)
class BenchmarkNetwork:
    """A module in eval mode and an input without batch axis to differentiate it at."""

    title: str
    model: nn.Module
    x: Tensor


def get_network(name: str) -> BenchmarkNetwork:
    """Get the network that `--network` names.

    "lenet5", the shipped one at a shipped digit; "lenet5-relu", the same layers with ReLU and
    max-pooling instead of tanh and averages; "toy", the article's; a .safetensors file with
    weights of a LeNet-5; or "package.module:function", a function of yours that returns a module
    and an example input. Pickled files are rejected: they can run code.
    """
    if name == "lenet5":
        return BenchmarkNetwork("LeNet-5", load_lenet5(), _digit())
    if name == "lenet5-relu":
        return BenchmarkNetwork("LeNet-5 with ReLU and max-pooling", _rectified(), _digit())
    if name == "toy":
        return _toy()
    if name.endswith(".safetensors"):
        return BenchmarkNetwork(f"LeNet-5 ({name})", load_lenet5(name), _digit())
    module, colon, function = name.partition(":")
    if not colon:
        raise InputError(
            "network: expected 'lenet5', 'lenet5-relu', 'toy', a .safetensors file of LeNet-5 "
            "weights or package.module:function, which returns a module and an example, "
            f"got {name!r}"
        )
    try:
        build: Callable[[], tuple[nn.Module, Tensor]] = getattr(import_module(module), function)
        model, x = build()
    except (ImportError, AttributeError, TypeError, ValueError) as error:
        raise InputError(
            f"network {name!r} does not return a module and an example: {error}"
        ) from error
    return BenchmarkNetwork(name, model.eval().requires_grad_(False), x)


def _rectified() -> nn.Module:
    """The common variant of LeNet-5, with seeded, untrained weights, which time the same."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(1998)
        model = nn.Sequential(
            nn.Conv2d(1, 6, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2),
            nn.Conv2d(6, 16, 5), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(),
            nn.Linear(400, 120), nn.ReLU(), nn.Linear(120, 84), nn.ReLU(), nn.Linear(84, 10),
        )  # fmt: skip
    return model.eval().requires_grad_(False)


def _digit() -> Tensor:
    with np.load(ASSETS / "digits.npz", allow_pickle=False) as sample:
        return torch.from_numpy(sample["images"][:1].astype(np.float32) / 255)


def _toy() -> BenchmarkNetwork:
    """The 2018 article's: affine 500 to 100, ReLU, affine to 10, softmax; weights from N(0, 1).

    Such weights saturate the softmax at most inputs, where every derivative is nearly zero and
    any Jacobian would pass for right: the input is the first that leaves the classes open.
    """
    random = np.random.default_rng(2018)
    weights = [
        random.standard_normal(shape)
        for shape in ((HIDDEN, INPUTS), (HIDDEN,), (OUTPUTS, HIDDEN), (OUTPUTS,))
    ]
    model = nn.Sequential(
        nn.Linear(INPUTS, HIDDEN), nn.ReLU(), nn.Linear(HIDDEN, OUTPUTS), nn.Softmax(dim=1)
    )
    for parameter, values in zip(model.parameters(), weights, strict=True):
        parameter.data = torch.from_numpy(values).float()
    model.eval().requires_grad_(False)
    while True:
        x = torch.from_numpy(random.random(INPUTS)).float()
        if float(model(x[None]).max()) < 0.7:
            return BenchmarkNetwork("the article's toy network", model, x)
