"""`jacviz.check`: compare a Jacobian with finite differences, and test its invariants."""

import operator
from collections.abc import Iterable, Sequence
from typing import Any, Literal, TypeAlias

import numpy as np
import torch
from numpy.typing import ArrayLike
from torch import Tensor, nn

from jacviz.autodiff.inputs import checked_input
from jacviz.autodiff.jacobian import jacobian as compute
from jacviz.compiler.inputs import describe_unsupported
from jacviz.errors import InputError
from jacviz.gradcheck.finite_differences import DEFAULT_STEP, FiniteDifferences
from jacviz.gradcheck.invariants import sums
from jacviz.gradcheck.report import Directions, Index, NotFinite, Pixels, Report
from jacviz.typing import Float64Array

PixelSelection: TypeAlias = Literal["all"] | int | Sequence[Index | int]

# By default all pixels of an input of up to this many are checked, of larger ones a sample.
MAX_PIXELS_FOR_ALL = 1024
RANDOM_PIXELS = 256

# Pixels perturbed in one batch.
PIXELS_PER_BATCH = 128


def check(
    model: nn.Module,
    x: ArrayLike | Tensor,
    *,
    method: str = "compiled",
    jacobian: ArrayLike | Tensor | None = None,
    pixels: PixelSelection | None = None,
    directions: int = 8,
    step: float = DEFAULT_STEP,
    tolerance: float | None = None,
    seed: int = 0,
) -> Report:
    """Compare a Jacobian with central differences of a float64 copy of the module.

    The Jacobian is the one that `method` computes at `x` (one input without batch axis), or the
    one handed in as `jacobian`, (M, *x.shape). `pixels` are "all", so many at random, or a list of
    indices; by default all of up to 1,024, else 256 at random. Along each of `directions` random
    directions one difference checks all pixels at once, which is what large inputs need. `step`,
    from 1e-9 to 1e-2, is relative to the largest |x|, or to 1 if that is larger. `tolerance` is a
    share of the largest derivative, by default 1e-4 for derivatives in single precision and 1e-6
    in double. Derivatives that are not finite are wrong.

    >>> report = jacviz.check(jacviz.load_lenet5(), torch.zeros(1, 28, 28), pixels=20)
    >>> report.passed, report.worst < 1e-4, len(report.kinks)
    (True, True, 0)

    Raises InputError for what `jacviz.jacobian` refuses, a Jacobian of another shape, pixels
    outside the input, counts below 0, steps and tolerances out of range, and outputs so large
    beside their derivatives that differences show nothing but rounding.
    """
    x = checked_input(model, x)
    directions, seed = _non_negative("directions", directions), _non_negative("seed", seed)
    name = repr(method) if jacobian is None else "the caller"
    claimed, double = _numbers(compute(model, x, method) if jacobian is None else jacobian)
    if tolerance is None:
        single = not double or (jacobian is None and method == "compiled")
        tolerance = 1e-4 if single else 1e-6
    if not 0 <= tolerance < 1:
        raise InputError(f"expected a tolerance from 0 to below 1, got {tolerance!r}")
    finite = np.isfinite(claimed)
    largest = float(np.abs(claimed).max(where=finite, initial=0))
    # A zero Jacobian has no scale: use the step's length.
    scale = largest or DEFAULT_STEP
    differences = FiniteDifferences(model, x, step, tolerance * scale)
    wanted = (len(differences.outputs), *x.shape)
    if claimed.shape != wanted:
        raise InputError(f"expected a Jacobian of shape {wanted}, got {claimed.shape}")
    if differences.noise > largest > 0:
        raise InputError(
            f"differences over this step are off by {differences.noise:.1e} through the "
            f"rounding of the outputs alone, and the largest derivative is {largest:.1e}; expected "
            "a longer step, or outputs without a large constant"
        )
    random = np.random.default_rng(seed)
    indices_checked = _selected_pixels(pixels, tuple(x.shape), random)
    return Report(
        method=name,
        pixels=_check_pixels(differences, claimed, indices_checked, scale),
        directions=_check_directions(differences, claimed, directions, random, scale),
        sums=sums(differences.outputs, claimed),
        not_finite=NotFinite(
            count=int((~finite).sum()),
            first=tuple(tuple(map(int, index)) for index in np.argwhere(~finite)[:10]),
        ),
        tolerance=tolerance,
    )


def _numbers(jacobian: ArrayLike | Tensor) -> tuple[Float64Array, bool]:
    """Return the Jacobian in float64, and whether it was given in float64."""
    if isinstance(jacobian, Tensor):
        if jacobian.dtype in (torch.int64, torch.int32, torch.int16, torch.int8, torch.uint8):
            jacobian = jacobian.float()
        if got := describe_unsupported(jacobian):
            raise InputError(f"expected a Jacobian of floating point numbers, got {got}")
        return jacobian.detach().cpu().double().numpy(), jacobian.dtype is torch.float64
    try:
        array = np.asarray(jacobian)
    except Exception as error:
        raise InputError(f"expected a Jacobian of floating point numbers: {error}") from error
    if array.dtype.kind not in "fiu":
        raise InputError(f"expected a Jacobian of floating point numbers, got {array.dtype}")
    double = hasattr(jacobian, "dtype") and array.dtype.kind == "f" and array.dtype.itemsize >= 8
    return array.astype(np.float64), double


def _non_negative(what: str, number: object) -> int:
    """Return a whole number of at least 0; raises InputError for anything else."""
    try:
        count = -1 if isinstance(number, bool) else operator.index(number)  # type: ignore[arg-type]
    except TypeError:
        count = -1
    if count < 0:
        raise InputError(f"{what}: expected a whole number of at least 0, got {number!r}")
    return count


def _selected_pixels(
    pixels: PixelSelection | None, shape: tuple[int, ...], random: np.random.Generator
) -> list[Index]:
    every = list(np.ndindex(*shape))
    if pixels is None:
        pixels = "all" if len(every) <= MAX_PIXELS_FOR_ALL else RANDOM_PIXELS
    if isinstance(pixels, str):
        if pixels != "all":
            raise InputError(
                f"expected pixels as 'all', a number or a list of indices, got {pixels!r}"
            )
        return every
    if not isinstance(pixels, Iterable):
        count = min(_non_negative("pixels", pixels), len(every))
        return [every[n] for n in sorted(random.choice(len(every), count, replace=False))]
    known = set(every)
    indices_checked = []
    for pixel in pixels:
        indices: Iterable[Any] = pixel if isinstance(pixel, Iterable) else (pixel,)
        try:
            indices_checked.append(tuple(operator.index(index) for index in indices))
        except TypeError as error:
            raise InputError(f"expected pixels as whole numbers, got {pixel!r}") from error
        if indices_checked[-1] not in known:
            raise InputError(
                f"expected pixels inside an input of shape {shape}, got {indices_checked[-1]}"
            )
    return indices_checked


def _check_pixels(
    differences: FiniteDifferences,
    claimed: Float64Array,
    indices_checked: list[Index],
    scale: float,
) -> Pixels:
    kinks, failures = [], []
    worst: tuple[float, Index | None] = (0.0, None)
    by_pixel = np.moveaxis(claimed, 0, -1)
    for first in range(0, len(indices_checked), PIXELS_PER_BATCH):
        group = indices_checked[first : first + PIXELS_PER_BATCH]
        directions = np.zeros((len(group), *claimed.shape[1:]))
        for n, index in enumerate(group):
            directions[(n, *index)] = 1
        rows = np.stack([by_pixel[index] for index in group])
        for index, finding in zip(group, differences.compare(directions, rows), strict=True):
            if finding.kink:
                kinks.append(index)
                continue
            if finding.error > differences.tolerance:
                failures.append(index)
            if worst[1] is None or finding.error > worst[0]:
                worst = finding.error, (finding.output, *index)
    return Pixels(
        total=int(np.prod(claimed.shape[1:])),
        checked=len(indices_checked),
        kinks=tuple(kinks),
        failures=tuple(failures),
        worst=worst[0] / scale,
        where=worst[1],
    )


def _check_directions(
    differences: FiniteDifferences,
    claimed: Float64Array,
    count: int,
    random: np.random.Generator,
    scale: float,
) -> Directions:
    flat_claimed = claimed.reshape(len(claimed), -1)
    flat = random.standard_normal((count, flat_claimed.shape[1]))
    flat /= np.linalg.norm(flat, axis=1, keepdims=True)
    directions = flat.reshape(count, *claimed.shape[1:])
    with np.errstate(over="ignore", invalid="ignore"):
        along = flat @ flat_claimed.T
    compared = differences.compare(directions, along) if count else []
    smooth = [finding.error for finding in compared if not finding.kink]
    return Directions(
        checked=count,
        kinks=count - len(smooth),
        failures=sum(error > differences.tolerance for error in smooth),
        worst=max(smooth, default=0.0) / scale,
    )
