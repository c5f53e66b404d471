"""Random networks and inputs: native code = WebAssembly = NumPy = float64."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from jacviz.benchmarks.webassembly.engines import instances, variants
from jacviz.compiler import compile_jacobian
from jacviz.compiler.ir import Shape
from jacviz.typing import Float32Array

# Errors as shares of the largest number.
BOUND = 1e-4

NATIVE, NUMPY = "native", "NumPy"

ACTIVATIONS: tuple[type[nn.Module], ...] = (
    nn.ReLU,
    nn.LeakyReLU,
    nn.Tanh,
    nn.Sigmoid,
    nn.GELU,
    nn.SiLU,
    nn.ELU,
)


class Residual(nn.Module):
    """x + inner(x)."""

    def __init__(self, inner: nn.Module) -> None:
        super().__init__()
        self.inner = inner

    def forward(self, x: Tensor) -> Tensor:
        result: Tensor = x + self.inner(x)
        return result


def random_network(seed: int) -> tuple[nn.Module, Shape]:
    """A network of covered layers in eval mode, and the shape of its input."""
    rng = np.random.default_rng(seed)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        if rng.random() < 0.25:
            shape: Shape = (int(rng.integers(1, 60)),)
            layers: list[nn.Module] = []
        else:
            shape = tuple(int(n) for n in (rng.integers(1, 5), *rng.integers(6, 20, size=2)))
            layers = _image_layers(rng, shape)
        size = nn.Sequential(*layers).eval()(torch.zeros(1, *shape)).numel()
        layers.append(nn.Flatten())
        for _ in range(rng.integers(0, 3)):
            width = int(rng.integers(1, 50))
            layers += [nn.Linear(size, width), _activation(rng), nn.Dropout()]
            size = width
        layers.append(nn.Linear(size, int(rng.integers(1, 20)), bias=bool(rng.random() < 0.8)))
        last = rng.integers(4)
        if last < 2:
            layers.append(nn.Softmax(1) if last else nn.LogSoftmax(1))
        network = nn.Sequential(*layers)
        for module in network.modules():
            if isinstance(module, nn.BatchNorm2d):
                nn.init.normal_(module.running_mean)  # type: ignore[arg-type]
                nn.init.uniform_(module.running_var, 0.5, 2.0)  # type: ignore[arg-type]
    return network.eval(), shape


def _activation(rng: np.random.Generator) -> nn.Module:
    return ACTIVATIONS[rng.integers(len(ACTIVATIONS))]()


def _image_layers(rng: np.random.Generator, shape: Shape) -> list[nn.Module]:
    layers: list[nn.Module] = []
    channels, *image = shape
    for _ in range(rng.integers(1, 6)):
        layer = _image_layer(rng, channels)
        try:
            result = layer(torch.zeros(2, channels, *image))
        except RuntimeError:
            # Too small an image for it.
            continue
        layers.append(layer)
        _, channels, *image = result.shape
    return layers


def _image_layer(rng: np.random.Generator, channels: int) -> nn.Module:
    def pair(low: int, high: int) -> tuple[int, int]:
        first, second = rng.integers(low, high + 1, size=2)
        return int(first), int(second)

    match rng.integers(8):
        case 0 | 1 | 2:
            groups = int(rng.choice([g for g in range(1, channels + 1) if channels % g == 0]))
            return nn.Conv2d(
                channels,
                groups * int(rng.integers(1, 7)),
                pair(1, 5),
                stride=pair(1, 3),
                padding=pair(0, 3),
                dilation=pair(1, 2),
                groups=groups,
                bias=bool(rng.random() < 0.8),
            )
        case 3:
            return nn.AvgPool2d(pair(2, 3), stride=pair(1, 3), padding=pair(0, 1))
        case 4:
            return nn.MaxPool2d(pair(2, 3), stride=pair(1, 3), padding=pair(0, 1))
        case 5:
            return nn.AdaptiveAvgPool2d(pair(1, 5))
        case 6:
            return nn.BatchNorm2d(channels)
        case _:
            inner = nn.Conv2d(channels, channels, 3, padding=1)
            return nn.Sequential(_activation(rng), Residual(nn.Sequential(inner, _activation(rng))))


def random_inputs(seed: int, shape: Shape) -> Iterator[tuple[str, Float32Array]]:
    rng = np.random.default_rng(seed)
    noise = rng.normal(size=shape)
    inputs = {
        "blank": np.zeros(shape),
        "noise": noise,
        "saturated": 1e4 * noise,
        "denormal": 1e-40 * noise,
        "tied": rng.integers(0, 2, size=shape).astype(float),
    }
    for name, x in inputs.items():
        yield name, x.astype(np.float32)


@dataclass(frozen=True)
class Comparison:
    """One network at one kind of input: distances from float64, as shares of the largest number."""

    kind: str
    numpy: float
    compiled: Mapping[str, float]
    """Of native code and of WebAssembly, where they run, by name."""
    from_numpy: Mapping[str, float]
    """Their distances from NumPy."""

    @property
    def bound(self) -> float:
        """The largest distance that is rounding: BOUND, or ten times that of NumPy.

        Where sums are huge, rounding moves NumPy too. Where NumPy breaks a tie otherwise than
        float64, nothing can be said.
        """
        return max(BOUND, 10 * self.numpy)

    @property
    def agrees(self) -> bool:
        """Compiled code is as near to float64 as NumPy is, but for rounding."""
        return all(distance <= self.bound for distance in self.compiled.values())


def compare(seed: int, *, webassembly: bool = True) -> Iterator[Comparison]:
    """Native code, WebAssembly, NumPy and float64 on one random network, input by input."""
    network, shape = random_network(seed)
    example = np.zeros(shape, np.float32)
    llvm = compile_jacobian(network, example, backend="llvm")
    numpy = compile_jacobian(network, example, backend="numpy")
    if not llvm.backend.startswith("llvm"):
        raise AssertionError(f"seed {seed} runs in {llvm.backend}, because of {llvm.fallback}")
    exact = network.double()
    with instances(numpy, variants() if webassembly else {}) as modules:
        for kind, x in random_inputs(seed, shape):
            batch = torch.from_numpy(x.astype(np.float64))
            z = exact(batch[None]).reshape(-1).detach().numpy()
            reference = z, _reference(exact, batch)
            compiled = {NATIVE: llvm(x)}
            compiled |= {name: run(x.ravel()) for name, run in modules.items()}
            plain = numpy(x)
            yield Comparison(
                kind,
                numpy=distance(plain, reference),
                compiled={name: distance(found, reference) for name, found in compiled.items()},
                from_numpy={name: distance(found, plain) for name, found in compiled.items()},
            )


def _reference(exact: nn.Module, x: Tensor) -> Any:
    return torch.func.jacrev(lambda v: exact(v[None]).reshape(-1))(x).detach().numpy()


def distance(found: Any, expected: Any) -> float:
    """Return the largest error of outputs and Jacobian, each as a share of its largest number."""
    return max(
        float(np.abs(np.reshape(f, np.shape(e)) - e).max() / max(np.abs(e).max(), 1e-6))
        for f, e in zip(found, expected, strict=True)
    )
