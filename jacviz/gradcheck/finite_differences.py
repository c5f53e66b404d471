"""Compare claimed derivatives with finite differences, and detect kinks."""

import copy
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from jacviz.compiler.autograd_mode import normal_module
from jacviz.errors import InputError
from jacviz.typing import Float64Array

_EPSILON = float(np.finfo(np.float64).eps)

# Central differences are off by about step^2 + rounding / step, which is smallest here.
DEFAULT_STEP = _EPSILON ** (1 / 3)
# Rounding dominates shorter steps, kinks longer ones.
MIN_STEP, MAX_STEP = 1e-9, 1e-2


@dataclass(frozen=True)
class Comparison:
    """A claimed derivative along one direction compared with a finite difference.

    `error` is that of the worst output, absolute, and infinite where the claim or the outputs are
    no finite numbers. On a kink the derivatives to the left and to the right differ, so that there
    is none to be right or wrong about.
    """

    error: float
    output: int
    kink: bool


class FiniteDifferences:
    """Finite differences of a float64 copy of a module around one input (without batch axis).

    `step` is relative to the largest |x|, or to 1 if that is larger; `tolerance` is absolute.
    """

    def __init__(self, model: nn.Module, x: Tensor, step: float, tolerance: float) -> None:
        if not MIN_STEP <= step <= MAX_STEP:
            raise InputError(f"expected a step from {MIN_STEP:g} to {MAX_STEP:g}, got {step!r}")
        self._model = copy.deepcopy(normal_module(model)).double().requires_grad_(False)
        self._x = x.double()
        self._step = step * max(1.0, float(self._x.abs().max()))
        self._batches = False
        self.outputs = self._at(self._x[None])[0]
        self._batches = self._takes_batches()
        # The effect of rounding on a difference of outputs.
        largest = np.abs(self.outputs).max(where=np.isfinite(self.outputs), initial=0)
        self.noise = 8 * _EPSILON * float(largest) / self._step
        self.tolerance = tolerance + self.noise

    def compare(self, directions: Float64Array, claimed: Float64Array) -> list[Comparison]:
        """Compare `claimed`, derivatives (n, M), along n `directions` (n, *x.shape)."""
        compared = self._compare(directions, claimed)
        wrong = [n for n, f in enumerate(compared) if f.error > self.tolerance and not f.kink]
        if wrong and self._batches:
            # Rule out batching as the cause before calling a Jacobian wrong.
            self._batches = False
            again = self._compare(directions[wrong], claimed[wrong])
            self._batches = True
            for n, finding in zip(wrong, again, strict=True):
                compared[n] = finding
        return compared

    def _compare(self, directions: Float64Array, claimed: Float64Array) -> list[Comparison]:
        errors, jumps = self._differences(directions, claimed, self._step)
        kinks = np.zeros(len(errors), np.bool_)
        doubtful = np.flatnonzero(np.maximum(errors.max(1), jumps) > self.tolerance)
        if doubtful.size:
            nearer = [
                self._differences(directions[doubtful], claimed[doubtful], self._step / closer)
                for closer in (8, 64)
            ]
            (near_errors, near_jumps), (_, nearest_jumps) = nearer
            # Curvature fades with the step; a kink stays, or falls outside and leaves nothing.
            curved = _is_an_eighth(near_jumps, jumps[doubtful], 8 * self.noise)
            curved &= _is_an_eighth(nearest_jumps, near_jumps, 64 * self.noise)
            kinks[doubtful] = (jumps[doubtful] > self.tolerance) & ~curved
            better = near_errors.max(1) < errors[doubtful].max(1)
            errors[doubtful[better]] = near_errors[better]
            # What is not finite is wrong, whatever the other outputs do there.
            kinks &= np.isfinite(errors).all(1)
        return [
            Comparison(float(error.max()), int(error.argmax()), bool(kink))
            for error, kink in zip(errors, kinks, strict=True)
        ]

    def _differences(
        self, directions: Float64Array, claimed: Float64Array, step: float
    ) -> tuple[Float64Array, Float64Array]:
        """Errors (n, M) of what is claimed, and the largest jumps (n,) from left to right."""
        moves = step * torch.from_numpy(directions).to(self._x)
        with np.errstate(over="ignore", invalid="ignore"):
            right = (self._at(self._x + moves) - self.outputs) / step
            left = (self.outputs - self._at(self._x - moves)) / step
            jumps = np.abs(right - left)
            errors = np.abs((left + right) / 2 - claimed)
        # No comparison with NaN holds: it would be neither wrong nor a kink.
        finite = np.isfinite(jumps) & np.isfinite(errors)
        return np.where(finite, errors, np.inf), np.where(finite, jumps, 0).max(1)

    def _at(self, inputs: Tensor) -> Float64Array:
        groups = [inputs] if self._batches else inputs[:, None].unbind()
        with torch.no_grad():
            outputs = [self._model(group).reshape(len(group), -1) for group in groups]
        return torch.cat(outputs).cpu().numpy()

    def _takes_batches(self) -> bool:
        """Return whether outputs in a batch equal those of single inputs."""
        pair = torch.stack([self._x, self._x + self._step])
        single = self._at(pair)
        self._batches = True
        try:
            together = self._at(pair)
        except (RuntimeError, ValueError, IndexError):
            return False
        return together.shape == single.shape and np.allclose(together, single, 1e-12, 1e-12)


def _is_an_eighth(jumps: Float64Array, before: Float64Array, noise: float) -> NDArray[np.bool_]:
    return np.abs(8 * jumps - before) < 0.2 * before + 16 * noise
