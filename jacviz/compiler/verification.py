"""Compare a plan with the module that it was made of, differentiated by PyTorch's autograd.

Outputs and the product of a direction with the Jacobian are compared at several points, near
the example and far from it. Tracing can miss effects that do not show in the layers; a plan
that differs here is discarded.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from jacviz.compiler.backends.numpy.backend import NumpyBackend
from jacviz.compiler.ir import Plan
from jacviz.compiler.module_copies import private_copy
from jacviz.compiler.torch_reference import Function, plan_function

# How far from the example the points are, in standard deviations of noise.
_SCALES = (0.1, 1.0, 30.0, 1000.0)

# What may differ, as a share of the largest number: of computations in float64, which add up in
# another order, and of one in single precision.
_FLOAT64_TOLERANCE = 1e-7
_FLOAT32_TOLERANCE = 1e-5
# Saturated units give only rounding errors, about this share of the other numbers.
_SATURATED_SHARE = 1e-5


@dataclass(frozen=True)
class _Sample:
    """Outputs (M,) and direction @ Jacobian (inputs,), in float64."""

    outputs: Tensor
    product: Tensor

    def error(self, exact: "_Sample", floor: tuple[float, float] = (0.0, 0.0)) -> float:
        """The largest difference as a share of the largest number, outputs and product separately.

        `floor` is what counts as the largest number of each kind where that is smaller.
        """
        return max(
            _difference(self.outputs, exact.outputs, floor[0]),
            _difference(self.product, exact.product, floor[1]),
        )


def _largest(numbers: Tensor) -> float:
    return float(numbers.abs().nan_to_num(0.0, 0.0).max())


def _difference(found: Tensor, expected: Tensor, floor: float) -> float:
    finite = expected.isfinite()
    if found.shape != expected.shape or not torch.equal(finite, found.isfinite()):
        return float("inf")
    difference = (found[finite] - expected[finite]).abs()
    if not difference.any():
        return 0.0
    return float(difference.max()) / max(float(expected[finite].abs().max()), floor, 1e-300)


def disagreement(
    plan: Plan, model: nn.Module, batch: Tensor, *, single_precision: bool = False
) -> str | None:
    """Describe how plan and module differ, or return None; the module is not modified.

    Both are computed in float64 where a float64 copy of the module works. With `single_precision`
    the plan must not lose more digits in the NumPy backend than the module does in PyTorch.
    """
    function, reference = plan_function(plan), _Reference(model, batch)
    points = list(_points(batch, plan.outputs))
    expected = [_sample(reference, x, direction) for x, direction in points]
    share = _SATURATED_SHARE if reference.exact else 1.0
    floor = (
        share * max(_largest(sample.outputs) for sample in expected),
        share * max(_largest(sample.product) for sample in expected),
    )
    error = max(
        _sample(function, x.cpu().double(), direction).error(sample, floor)
        for (x, direction), sample in zip(points, expected, strict=True)
    )
    if not error <= reference.tolerance:
        return f"the plan and the module differ by {error:.1e} of the largest number"
    if not (single_precision and reference.exact):
        return None
    backend = NumpyBackend(plan)
    # At a kink that rounding puts on the other side derivatives differ, but not at every point.
    for (x, direction), sample in zip(points, expected, strict=True):
        outputs, jacobian = (torch.from_numpy(a).double() for a in backend(x.cpu().numpy().ravel()))
        error = _Sample(outputs, direction @ jacobian).error(sample)
        if error <= _FLOAT32_TOLERANCE:
            return None
        own = _Reference(model, batch, exact=False)
        if error <= 4 * _sample(own, x, direction).error(sample):
            return None
    return f"in single precision the plan is off by {error:.1e} of the largest number"


def _points(batch: Tensor, outputs: int) -> Iterator[tuple[Tensor, Tensor]]:
    """float32 inputs around the example, each with a random direction (M,)."""
    generator = torch.Generator().manual_seed(0)
    for scale in _SCALES:
        noise = scale * torch.randn(batch.shape, generator=generator)
        direction = torch.randn(outputs, generator=generator, dtype=torch.float64)
        yield batch.float() + noise.to(batch.device), direction


class _Reference:
    """The module as a function to flattened outputs, in float64 if possible."""

    def __init__(self, model: nn.Module, batch: Tensor, *, exact: bool = True) -> None:
        self.exact = exact
        if exact:
            try:
                self._model, self._dtype = private_copy(model).double(), torch.float64
                with torch.no_grad():
                    self._model(batch.double())
            except Exception:
                self.exact = False
        if not self.exact:
            self._model, self._dtype = private_copy(model, share_parameters=True), batch.dtype
        eps = torch.finfo(self._dtype).eps
        self.tolerance = _FLOAT64_TOLERANCE if self.exact else max(_FLOAT32_TOLERANCE, 64 * eps)

    def __call__(self, x: Tensor) -> Tensor:
        outputs: Tensor = self._model(x.to(self._dtype)).reshape(-1)
        return outputs


def _sample(function: Function, x: Tensor, direction: Tensor) -> _Sample:
    x = x.detach().clone().requires_grad_()
    with torch.enable_grad():
        outputs = function(x.clone())
        product = torch.zeros_like(x)
        if outputs.requires_grad:
            (product,) = torch.autograd.grad(
                outputs, x, direction.to(outputs), materialize_grads=True
            )
    return _Sample(*(part.detach().reshape(-1).cpu().double() for part in (outputs, product)))
