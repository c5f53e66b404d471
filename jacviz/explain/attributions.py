"""Attributions for all classes at once: SmoothGrad, integrated gradients, gradient x input."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np
import torch
from numpy.typing import ArrayLike

from jacviz.compiler import CompiledJacobian
from jacviz.compiler.softmax import log_softmax, softmax
from jacviz.errors import InputError
from jacviz.explain.attribution_specs import ATTRIBUTION_NAMES, ATTRIBUTIONS, AttributionName
from jacviz.explain.inputs import checked_ink
from jacviz.explain.sensitivity import Sensitivity, sensitivity
from jacviz.output_spaces import Space
from jacviz.typing import Float32Array, Float64Array

DEFAULT_SAMPLES, DEFAULT_SIGMA, DEFAULT_STEPS = 50, 0.15, 200


@dataclass(frozen=True, eq=False)
class Attribution:
    """One map for each of M outputs."""

    name: AttributionName
    space: Space
    maps: Float32Array
    """(M, *image shape)."""
    residual: Float64Array | None = None
    """(M,), of integrated gradients: each map's sum minus the output's change from the baseline to
    the image, the completeness error; 0 for an exact integral."""


def attribute(
    graph: CompiledJacobian,
    image: ArrayLike,
    name: AttributionName = "gradient",
    space: Space = "probability",
    *,
    samples: int = DEFAULT_SAMPLES,
    sigma: float = DEFAULT_SIGMA,
    seed: int = 0,
    steps: int = DEFAULT_STEPS,
    baseline: ArrayLike = 0.0,
) -> Attribution:
    """Compute the maps of all classes, by one of `ATTRIBUTIONS`, in one output space.

    SmoothGrad averages `samples` copies with normal noise of deviation `sigma` (in ink, not
    clipped), the same for the same `seed`. Integrated gradients start at the `baseline`, an image
    or one number for all pixels, by default 0 (blank), and take `steps` points of a Gauss-Legendre
    quadrature.

    >>> model = jacviz.get_model("standard")
    >>> graph = jacviz.compile_jacobian(model)
    >>> image = np.full((28, 28), 0.5, np.float32)
    >>> jacviz.explain.attribute(graph, image, "integrated-gradients").maps.shape
    (10, 28, 28)

    Raises InputError for an image outside [0, 1], unknown names, a baseline of another shape and
    numbers that are not positive.

    Sources: Smilkov et al., "SmoothGrad" (2017); Sundararajan et al., "Axiomatic attribution for
    deep networks" (2017).
    """
    ink = checked_ink(image)
    check_options(name, samples, sigma, steps)
    if name == "smoothgrad":
        noisy = (ink + one for one in noise(ink.shape, samples, sigma, seed))
        return Attribution(name, space, _mean(graph, noisy, space, np.full(samples, 1 / samples)))
    if name == "integrated-gradients":
        nodes, weights = quadrature(steps)
        start = checked_baseline(baseline, ink)
        change = ink - start
        onto = (start + np.float32(node) * change for node in nodes)
        maps = change * _mean(graph, onto, space, weights)
        return Attribution(name, space, maps, completeness(graph, ink, maps, space, start))
    gradient = sensitivity(graph, ink).jacobian(space)
    return Attribution(name, space, gradient if name == "gradient" else ink * gradient)


def check_options(name: str, samples: int, sigma: float, steps: int) -> None:
    """Raise InputError for options that `attribute` does not take."""
    if name not in ATTRIBUTIONS:
        raise InputError(
            f"expected an attribution, one of {', '.join(ATTRIBUTION_NAMES)}, got {name!r}"
        )
    if samples < 1 or steps < 1 or not 0 < sigma < np.inf:
        raise InputError(
            f"expected positive numbers, got samples={samples}, sigma={sigma} and steps={steps}"
        )


def checked_baseline(baseline: ArrayLike, ink: Float32Array) -> Float32Array:
    """Broadcast the baseline to the image's shape; InputError where that is impossible."""
    try:
        array = np.asarray(baseline, dtype=np.float32)
        # (1, H, W), as a model has it, is also that of an image (H, W).
        if array.ndim == ink.ndim + 1 and len(array) == 1:
            array = array[0]
        start: Float32Array = np.broadcast_to(array, ink.shape)
    except (TypeError, ValueError) as error:
        raise InputError(f"expected a baseline of shape {ink.shape}, got {error}") from error
    if not np.isfinite(start).all():
        raise InputError("expected a baseline of finite numbers, got NaN or infinity")
    return start


def noise(shape: tuple[int, ...], samples: int, sigma: float, seed: int) -> Float32Array:
    """Draw normal noise, (samples, *shape), in the order in which Captum draws it."""
    generator = torch.Generator().manual_seed(seed)
    deviations = torch.full((samples, *shape), sigma, dtype=torch.float32)
    drawn: Float32Array = torch.normal(0.0, deviations, generator=generator).numpy()
    return drawn


@cache
def quadrature(steps: int) -> tuple[Float64Array, Float64Array]:
    """Return Gauss-Legendre nodes and weights on [0, 1], as read-only arrays."""
    nodes, weights = np.polynomial.legendre.leggauss(steps)
    nodes, weights = (nodes + 1) / 2, weights / 2
    for numbers in (nodes, weights):
        numbers.flags.writeable = False
    return nodes, weights


def completeness(
    graph: CompiledJacobian,
    ink: Float32Array,
    maps: Float32Array,
    space: Space,
    baseline: Float32Array,
) -> Float64Array:
    """Return the completeness error, (M,): each map's sum minus the output's change."""
    change = _outputs(graph(ink)[0], space) - _outputs(graph(baseline)[0], space)
    total: Float64Array = maps.reshape(len(maps), -1).sum(axis=1, dtype=np.float64)
    return total - change


def _outputs(logits: Float32Array, space: Space) -> Float64Array:
    if space == "logit":
        return logits.astype(np.float64)
    return log_softmax(logits) if space == "log-probability" else softmax(logits)


def _mean(
    graph: CompiledJacobian, images: Iterator[Float32Array], space: Space, weights: Float64Array
) -> Float32Array:
    """Average the Jacobians at several images with weights, summed in float64."""
    total: Float64Array | None = None
    for image, weight in zip(images, weights, strict=True):
        term = weight * Sensitivity(*graph(image)).jacobian(space)
        total = term if total is None else total + term
    assert total is not None
    return total.astype(np.float32)
