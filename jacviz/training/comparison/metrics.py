"""Metrics of one network on labelled digits."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from jacviz.compiler import CompiledJacobian
from jacviz.explain import nearest_flip
from jacviz.explain.sensitivity import Sensitivity
from jacviz.typing import Float32Array

REACH = 3
"""Pixels within this distance of ink, centre to centre, count as near it."""

Progress = Callable[[int], None]
"""Called with the number of digits done."""


@dataclass(frozen=True)
class Figures:
    """Accuracy, saturation, locality of the maps and robustness of one network."""

    accuracy: float
    saturated: float
    """The share of digits whose most likely class is above SATURATION_THRESHOLD."""
    near: float
    """The share of |J|, all classes' probability maps together, within REACH of the ink; the
    mean over the digits."""
    even: float
    """What `near` would be for maps that are the same everywhere."""
    flip: float
    """The mean length (L2, in ink) of the smallest change found that flips the answer."""
    flipped: int
    """How many digits that is the mean of."""


def measure(
    graph: CompiledJacobian,
    images: Float32Array,
    labels: NDArray[np.integer],
    *,
    every: int,
    progress: Progress = lambda _: None,
) -> Figures:
    """Measure a compiled LeNet-5 on digits (N, H, W) and labels (N,).

    The smallest change that flips the answer is computed for every `every`th digit only, because it
    takes a hundred times longer than everything else.
    """
    near = near_ink(images)
    right, saturated, shares, lengths = 0, 0, [], []
    for n, (image, label, close) in enumerate(zip(images, labels, near, strict=True)):
        answer = Sensitivity(*graph(image))
        right += answer.top == label
        saturated += answer.saturated
        strength = np.abs(answer.jacobian("probability")).sum(axis=0)
        shares.append(strength[close].sum() / strength.sum())
        if n % every == 0:
            flip = nearest_flip(graph, image)
            if flip is not None:
                lengths.append(flip.size.l2)
            progress(n)
    return Figures(
        accuracy=right / len(images),
        saturated=saturated / len(images),
        near=float(np.mean(shares)),
        even=float(near.mean()),
        flip=float(np.mean(lengths)),
        flipped=len(lengths),
    )


def near_ink(images: Float32Array) -> NDArray[np.bool_]:
    """Find the pixels of images (N, H, W) that lie within REACH of ink, as a mask (N, H, W)."""
    _, height, width = images.shape
    inked = np.pad(images > 0, ((0, 0), (REACH, REACH), (REACH, REACH)))
    near = np.zeros(images.shape, dtype=bool)
    for down in range(-REACH, REACH + 1):
        for across in range(-REACH, REACH + 1):
            if down**2 + across**2 <= REACH**2:
                top, left = REACH + down, REACH + across
                near |= inked[:, top : top + height, left : left + width]
    return near
