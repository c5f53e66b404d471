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

# The sizes of the article's network: inputs, hidden units, outputs.
N, H, M = 500, 100, 10


@dataclass(frozen=True)
class Network:
    """A module in eval mode and an input without batch axis to differentiate it at."""

    title: str
    model: nn.Module
    x: Tensor


def named(name: str) -> Network:
    """The network that `--network` means.

    "lenet5", the shipped one at a shipped digit; "lenet5-relu", the same layers with ReLU and
    max-pooling instead of tanh and averages; "toy", the article's; a .safetensors file with
    weights of a LeNet-5; or "package.module:function", a function of yours that returns a module
    and an example input. Files that would have to be unpickled are not read: they can run code.
    """
    if name == "lenet5":
        return Network("LeNet-5", load_lenet5(), _digit())
    if name == "lenet5-relu":
        return Network("LeNet-5 with ReLU and max-pooling", _rectified(), _digit())
    if name == "toy":
        return _toy()
    if name.endswith(".safetensors"):
        return Network(f"LeNet-5 ({name})", load_lenet5(name), _digit())
    module, colon, function = name.partition(":")
    if not colon:
        raise InputError(
            f"network {name!r} is unknown; accepted are 'lenet5', 'lenet5-relu', 'toy', a file of "
            "LeNet-5 weights that ends in .safetensors, and package.module:function, which returns "
            "a module and an example"
        )
    try:
        build: Callable[[], tuple[nn.Module, Tensor]] = getattr(import_module(module), function)
        model, x = build()
    except (ImportError, AttributeError, TypeError, ValueError) as error:
        raise InputError(f"network {name!r} gives no module and input: {error}") from error
    return Network(name, model.eval().requires_grad_(False), x)


def _rectified() -> nn.Module:
    """Many people's LeNet-5; its seeded, untrained weights cost as much time as any."""
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


def _toy() -> Network:
    """The 2018 article's: affine 500 to 100, ReLU, affine to 10, softmax; weights from N(0, 1).

    Such weights saturate the softmax at most inputs, where every derivative is nearly zero and
    any Jacobian would pass for right: the input is the first that leaves the classes open.
    """
    random = np.random.default_rng(2018)
    weights = [random.standard_normal(shape) for shape in ((H, N), (H,), (M, H), (M,))]
    model = nn.Sequential(nn.Linear(N, H), nn.ReLU(), nn.Linear(H, M), nn.Softmax(dim=1))
    for parameter, values in zip(model.parameters(), weights, strict=True):
        parameter.data = torch.from_numpy(values).float()
    model.eval().requires_grad_(False)
    while True:
        x = torch.from_numpy(random.random(N)).float()
        if float(model(x[None]).max()) < 0.7:
            return Network("the article's toy network", model, x)
