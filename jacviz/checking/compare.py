"""`jacviz.check`: a Jacobian against finite differences and the sums that must vanish."""

from collections.abc import Sequence
from typing import Literal, TypeAlias

import numpy as np
import torch
from numpy.typing import ArrayLike
from torch import Tensor, nn

from jacviz.checking.probing import STEP, Doubles, Prober
from jacviz.checking.report import Directions, Pixels, Place, Report
from jacviz.checking.sums import sums
from jacviz.errors import InputError
from jacviz.ways.inputs import checked
from jacviz.ways.jacobian import jacobian as compute

Chosen: TypeAlias = Literal["all"] | int | Sequence[Place | int]

# Of up to this many pixels all are checked unless told otherwise; of more, so many at random.
_ALL = 1024
_SOME = 256

# How many pixels are moved in one batch.
_TOGETHER = 128


def check(
    model: nn.Module,
    x: ArrayLike | Tensor,
    *,
    method: str = "compiled",
    jacobian: ArrayLike | Tensor | None = None,
    pixels: Chosen | None = None,
    directions: int = 8,
    step: float = STEP,
    tolerance: float | None = None,
    seed: int = 0,
) -> Report:
    """Compare a Jacobian with central differences of a float64 copy of the module.

    The Jacobian is the one that `method` computes at `x` (one input without batch axis), or the
    one handed in as `jacobian`, (M, *x.shape). `pixels` are "all", so many at random, or a list of
    indices; by default all of up to 1,024, else 256 at random. Along each of `directions` random
    directions one difference checks all pixels at once, which is what large inputs need. `step` is
    relative to the largest |x|, or to 1 if that is larger. `tolerance` is a share of the largest
    derivative, by default 1e-4 for derivatives in single precision and 1e-6 in double.

    >>> report = jacviz.check(model, frame)
    >>> report.passed, report.worst, report.where, len(report.kinks)
    (True, 1.2e-06, (3, 0, 14, 9), 0)

    Raises InputError for what `jacviz.jacobian` refuses, a Jacobian of another shape, and pixels
    outside the input.
    """
    x = checked(model, x)
    name = repr(method) if jacobian is None else "the caller"
    found = compute(model, x, method) if jacobian is None else torch.as_tensor(jacobian)
    if tolerance is None:
        single = found.dtype is not torch.float64 or (jacobian is None and method == "compiled")
        tolerance = 1e-4 if single else 1e-6
    claimed: Doubles = found.detach().cpu().double().numpy()
    scale = float(np.abs(claimed).max(initial=0)) or 1.0
    prober = Prober(model, x, step, tolerance * scale)
    wanted = (len(prober.outputs), *x.shape)
    if claimed.shape != wanted:
        raise InputError(f"a Jacobian of shape {wanted} is accepted, not {claimed.shape}")
    random = np.random.default_rng(seed)
    places = _places(pixels, tuple(x.shape), random)
    return Report(
        method=name,
        pixels=_pixels(prober, claimed, places, scale),
        directions=_directions(prober, claimed, directions, random, scale),
        sums=sums(prober.outputs, claimed),
        tolerance=tolerance,
    )


def _places(
    pixels: Chosen | None, shape: tuple[int, ...], random: np.random.Generator
) -> list[Place]:
    every = list(np.ndindex(*shape))
    if pixels is None:
        pixels = "all" if len(every) <= _ALL else _SOME
    if isinstance(pixels, str):
        if pixels != "all":
            raise InputError(
                f"pixels={pixels!r} is unknown; 'all', a number or a list of indices are accepted"
            )
        return every
    if isinstance(pixels, int):
        if pixels < 0:
            raise InputError(f"a number of pixels is at least 0, not {pixels}")
        numbers = random.choice(len(every), min(pixels, len(every)), replace=False)
        return [every[n] for n in sorted(numbers)]
    known = set(every)
    places = [place if isinstance(place, tuple) else (place,) for place in pixels]
    for place in places:
        if place not in known:
            raise InputError(f"pixel {place} is outside an input of shape {shape}")
    return places


def _pixels(prober: Prober, claimed: Doubles, places: list[Place], scale: float) -> Pixels:
    kinks, failures = [], []
    worst: tuple[float, Place | None] = (0.0, None)
    by_pixel = np.moveaxis(claimed, 0, -1)
    for first in range(0, len(places), _TOGETHER):
        group = places[first : first + _TOGETHER]
        directions = np.zeros((len(group), *claimed.shape[1:]))
        for direction, place in zip(directions, group, strict=True):
            direction[place] = 1
        rows = np.stack([by_pixel[place] for place in group])
        for place, finding in zip(group, prober.probe(directions, rows), strict=True):
            if finding.kink:
                kinks.append(place)
                continue
            if finding.error > prober.tolerance:
                failures.append(place)
            if worst[1] is None or finding.error > worst[0]:
                worst = finding.error, (finding.output, *place)
    return Pixels(
        total=int(np.prod(claimed.shape[1:])),
        checked=len(places),
        kinks=tuple(kinks),
        failures=tuple(failures),
        worst=worst[0] / scale,
        where=worst[1],
    )


def _directions(
    prober: Prober, claimed: Doubles, count: int, random: np.random.Generator, scale: float
) -> Directions:
    flat_claimed = claimed.reshape(len(claimed), -1)
    flat = random.standard_normal((count, flat_claimed.shape[1]))
    flat /= np.linalg.norm(flat, axis=1, keepdims=True)
    directions = flat.reshape(count, *claimed.shape[1:])
    findings = prober.probe(directions, flat @ flat_claimed.T) if count else []
    smooth = [finding.error for finding in findings if not finding.kink]
    return Directions(
        checked=count,
        kinks=count - len(smooth),
        failures=sum(error > prober.tolerance for error in smooth),
        worst=max(smooth, default=0.0) / scale,
    )
