"""Random networks and inputs: native code = NumPy = float64.

`python -m jacviz.graph.fuzz --seed 0 --count 1000` goes on for as long as asked.
"""

from collections.abc import Iterator
from typing import Any

import click
import numpy as np
import torch
from torch import Tensor, nn

from jacviz.graph import CompiledJacobian, compile_jacobian
from jacviz.graph.kernels import Floats
from jacviz.graph.steps import Shape

# Errors as shares of the largest number.
BOUND = 1e-4

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


def random_inputs(seed: int, shape: Shape) -> Iterator[tuple[str, Floats]]:
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


def errors(seed: int) -> Iterator[tuple[str, float, float]]:
    """For each input: its kind, the error of native code, and that of NumPy.

    Errors are shares of the largest number in the reference, which is float64; where rounding
    decides which side of a kink a unit is on, the two may be far from it, but not from each
    other: then the distance of native code from NumPy stands for both.
    """
    network, shape = random_network(seed)
    compiled = {
        backend: compile_jacobian(network, np.zeros(shape, np.float32), backend=backend)
        for backend in ("llvm", "numpy")
    }
    for graph in compiled.values():
        if graph.plan is None:
            raise AssertionError(f"seed {seed}: no plan: {graph.fallback}")
    if not compiled["llvm"].backend.startswith("llvm"):
        raise AssertionError(f"seed {seed}: it runs in {compiled['llvm'].backend}")
    exact = network.double()
    for name, x in random_inputs(seed, shape):
        yield name, *_errors(exact, x, **compiled)


def _errors(
    exact: nn.Module, x: Floats, llvm: CompiledJacobian, numpy: CompiledJacobian
) -> tuple[float, float]:
    batch = torch.from_numpy(x.astype(np.float64))
    z = exact(batch[None]).reshape(-1).detach().numpy()
    jacobian = torch.func.jacrev(lambda v: exact(v[None]).reshape(-1))(batch).detach().numpy()
    native, plain = llvm(x), numpy(x)
    return (
        max(_distance(native[0], z), _distance(native[1], jacobian)),
        max(_distance(plain[0], z), _distance(plain[1], jacobian)),
    )


def _distance(found: Any, expected: Any) -> float:
    return float(np.abs(found - expected).max() / max(np.abs(expected).max(), 1e-6))


@click.command()
@click.option("--seed", default=0, show_default=True, type=click.IntRange(min=0))
@click.option("--count", default=100, show_default=True, type=click.IntRange(min=1))
def main(seed: int, count: int) -> None:
    """Compare native code, NumPy and float64 on random networks; exit 1 where they differ."""
    wrong = 0
    worst = [0.0, 0.0]
    for number in range(seed, seed + count):
        for name, native, plain in errors(number):
            worst = [max(worst[0], native), max(worst[1], plain)]
            if native > BOUND:
                wrong += 1
                click.echo(f"seed {number}, {name}: native {native:.1e}, NumPy {plain:.1e}")
    click.echo(f"{count} networks, worst error: native {worst[0]:.1e}, NumPy {worst[1]:.1e}")
    raise SystemExit(bool(wrong))


if __name__ == "__main__":
    main()
