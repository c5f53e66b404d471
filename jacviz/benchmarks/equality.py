"""The browser's numbers against Python's: frames, and Jacobians by every compiled backend."""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, TypeAlias

import numpy as np
import torch

from jacviz.benchmarks.fuzz import BOUND, NATIVE, NUMPY, compare, distance
from jacviz.benchmarks.webassembly.engines import instances, variants
from jacviz.benchmarks.webassembly.node import node_frames
from jacviz.compiler import compile_jacobian
from jacviz.models.lenet5 import load_lenet5
from jacviz.preprocessing.frame import Frame
from jacviz.preprocessing.letterbox import letterbox
from jacviz.preprocessing.mnist import frame
from jacviz.resources import ASSETS
from jacviz.training import data
from jacviz.typing import Float32Array, Float64Array, UInt8Array

MNIST_VARIABLE = "JACVIZ_MNIST"
"""Names a folder with MNIST, for torchvision."""

Preprocess: TypeAlias = Literal["mnist", "letterbox"]
PREPROCESSES: tuple[Preprocess, ...] = ("mnist", "letterbox")
LETTERBOX_SIZE = 20, 24

_CHUNK = 100  # of images whose float64 Jacobians are computed at once
_NOISE_IMAGES = 20


@dataclass(frozen=True)
class FrameComparison:
    """Drawings framed in Python and by the page's scripts."""

    preprocess: Preprocess
    drawings: int
    moved: int
    """Frames that lie elsewhere on the drawing, or have another scale, in any bit."""
    difference: float
    """The largest, of ink in [0, 1]."""


@dataclass
class JacobianComparison:
    """Outputs and Jacobians at some inputs; distances are the largest, by backend."""

    title: str
    inputs: int = 0
    from_float64: dict[str, float] = field(default_factory=dict)
    from_numpy: dict[str, float] = field(default_factory=dict)
    wrong: int = 0
    """Inputs at which a backend is further from float64 than rounding explains."""

    def add(self, distances: Mapping[str, float], from_numpy: Mapping[str, float]) -> None:
        """Take the distances at one input into account."""
        self.inputs += 1
        for total, new in ((self.from_float64, distances), (self.from_numpy, from_numpy)):
            for name, one in new.items():
                total[name] = max(total.get(name, 0.0), one)


def compare_frames(drawings: Sequence[UInt8Array], preprocess: Preprocess) -> FrameComparison:
    """Frame drawings both ways; raises JacvizError without Node.js."""
    height, width = (28, 28) if preprocess == "mnist" else LETTERBOX_SIZE
    pairs = [
        (frame(ink) if preprocess == "mnist" else letterbox(ink, height, width), there)
        for ink, there in zip(
            drawings, node_frames(drawings, preprocess, height, width), strict=True
        )
    ]
    return FrameComparison(
        preprocess,
        len(drawings),
        moved=sum(_place(here) != _place(there) for here, there in pairs),
        difference=max(float(np.abs(here.image - there.image).max()) for here, there in pairs),
    )


def _place(one: Frame) -> tuple[float, float, float, bool]:
    return one.top, one.left, one.scale, one.empty


def compare_networks(count: int, progress: Callable[[], None] = lambda: None) -> JacobianComparison:
    """Compare all backends on random networks, at blank, noise, saturated, denormal, tied inputs.

    Inputs where float32 cannot follow float64 count as wrong only if NumPy is much nearer to it.
    """
    found = JacobianComparison(f"{count} random networks")
    for seed in range(count):
        for one in compare(seed):
            found.wrong += not one.agrees
            if max(one.numpy, *one.compiled.values()) <= BOUND:
                found.add({NUMPY: one.numpy, **one.compiled}, one.from_numpy)
            else:
                found.inputs += 1
        progress()
    return found


def compare_images(
    mnist: Path | None, progress: Callable[[], None] = lambda: None
) -> Iterator[JacobianComparison]:
    """Compare all backends on the shipped LeNet-5: MNIST, blank, saturated, noise.

    `mnist` is a folder with MNIST as torchvision lays it out, whose 10,000 test digits are
    compared; without it the 80 that ship with jacviz. Calls `progress` for each chunk of images.
    """
    model = load_lenet5()
    example = np.zeros((1, 28, 28), np.float32)
    native, numpy = (compile_jacobian(model, example, backend=name) for name in ("auto", "numpy"))
    exact = load_lenet5().double()
    rng = np.random.default_rng(0)
    noise = rng.random((_NOISE_IMAGES, 28, 28)).astype(np.float32)
    digits = _digits(mnist)
    with instances(numpy, variants()) as modules:
        for title, images in (
            (f"MNIST, {len(digits):,} digits", digits),
            ("blank", np.zeros((1, 28, 28), np.float32)),
            ("saturated", np.stack([np.ones((28, 28)), 1e3 * noise[0]]).astype(np.float32)),
            ("noise", noise),
        ):
            found = JacobianComparison(f"LeNet-5, {title}")
            for start in range(0, len(images), _CHUNK):
                chunk = images[start : start + _CHUNK]
                for image, *reference in zip(chunk, *_float64(exact, chunk), strict=True):
                    plain = numpy(image[None])
                    results = {NATIVE: native(image[None])}
                    results |= {name: run(image.ravel()) for name, run in modules.items()}
                    from_numpy = {name: distance(one, plain) for name, one in results.items()}
                    results[NUMPY] = plain
                    distances = {name: distance(one, reference) for name, one in results.items()}
                    allowed = max(BOUND, 10 * distances[NUMPY])
                    found.wrong += max(distances.values()) > allowed
                    found.add(distances, from_numpy)
                progress()
            yield found


def chunks(mnist: Path | None) -> int:
    """How often `compare_images` calls `progress`."""
    return -(-len(_digits(mnist)) // _CHUNK) + 3


def _digits(mnist: Path | None) -> Float32Array:
    """Ink (N, 28, 28)."""
    folder = mnist or (Path(name) if (name := os.environ.get(MNIST_VARIABLE)) else None)
    if folder is None:
        with np.load(ASSETS / "digits.npz", allow_pickle=False) as sample:
            shipped: Float32Array = sample["images"].astype(np.float32) / 255
        return shipped
    digits: Float32Array = data.mnist(folder, train=False).ink[:, 0].numpy()
    return digits


def _float64(exact: torch.nn.Module, images: Float32Array) -> tuple[Float64Array, Float64Array]:
    """Outputs (N, M) and Jacobians (N, M, 1, 28, 28)."""
    batch = torch.from_numpy(images[:, None].astype(np.float64))
    jacobians = torch.func.vmap(torch.func.jacrev(lambda x: exact(x[None])[0]))(batch)
    return exact(batch).numpy(), jacobians.numpy()
