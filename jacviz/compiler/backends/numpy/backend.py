"""Run a plan in NumPy, in float32, with preallocated buffers and precomputed operators."""

from collections import deque
from math import prod

import numpy as np

from jacviz.compiler.backends.numpy.activations import ActivationKernel
from jacviz.compiler.backends.numpy.convolution import ConvKernel
from jacviz.compiler.backends.numpy.kernels import (
    AffineKernel,
    Kernel,
    Runner,
    ScaleKernel,
    SumKernel,
    TransposeKernel,
)
from jacviz.compiler.backends.numpy.pooling import AverageKernel, PoolKernel
from jacviz.compiler.ir import (
    Activation,
    Affine,
    Average,
    Constant,
    Conv,
    Plan,
    Pool,
    Reshape,
    Scale,
    Shape,
    Softmax,
    Sum,
)
from jacviz.compiler.softmax import (
    log_probability_jacobian,
    log_softmax,
    probability_jacobian,
    softmax,
)
from jacviz.compiler.workspaces import idle_workspaces
from jacviz.typing import Float32Array


class NumpyBackend:
    """Kernels shared by all callers, and a pool of workspaces, one per concurrent call.

    Up to one idle workspace per core is kept. As many rows of the backward pass are computed
    together as fit in `scratch` floats. `reason` says why native code is not used where it was
    requested.
    """

    name = "numpy"

    def __init__(self, plan: Plan, *, scratch: int = 1 << 24, reason: str | None = None) -> None:
        self.reason = reason
        kernels, self._last = _lower(plan)
        self._inputs, self._outputs = prod(plan.source), plan.outputs
        # The rows of a last affine map are the first gradients that flow back; a softmax acts on
        # them, because they are shorter than the Jacobian's.
        if kernels and isinstance(kernels[-1], AffineKernel):
            self._seed, self._back = kernels[-1].weight, len(kernels) - 1
        else:
            self._seed, self._back = np.eye(self._outputs, dtype=np.float32), len(kernels)
        self._kernels = kernels
        per_row = sum(kernel.row_floats for kernel in kernels) or 1
        self._rows = max(1, min(self._outputs, scratch // per_row))
        self.memory = f"{4 * self._rows * per_row:,} bytes of scratch for each call under way"
        self._idle: deque[list[Runner]] = deque(maxlen=idle_workspaces(4 * self._rows * per_row))

    def __call__(self, x: Float32Array) -> tuple[Float32Array, Float32Array]:
        """(outputs (M,), Jacobian (M, inputs)) at a flat float32 input; arrays of the caller's."""
        # pop and append are atomic: callers never share a workspace. A full deque drops the
        # oldest.
        try:
            runners = self._idle.pop()
        except IndexError:
            runners = [kernel.bind(self._rows) for kernel in self._kernels]
        try:
            return self._run(runners, x)
        finally:
            self._idle.append(runners)

    def _run(self, runners: list[Runner], x: Float32Array) -> tuple[Float32Array, Float32Array]:
        for runner in runners:
            x = runner.forward(x)
        outputs, seed = x.copy(), self._seed
        if self._last is not None:
            outputs, seed = apply_softmax(self._last, outputs, seed)
        behind = runners[: self._back][::-1]
        jacobian = np.empty((self._outputs, self._inputs), np.float32)
        for first in range(0, self._outputs, self._rows):
            # The last group of rows overlaps the one before it rather than being shorter.
            first = min(first, self._outputs - self._rows)  # noqa: PLW2901
            group = slice(first, first + self._rows)
            gradient = seed[group]
            for runner in behind:
                gradient = runner.backward(gradient)
            jacobian[group] = gradient
        return outputs, jacobian


def apply_softmax(
    last: Softmax, outputs: Float32Array, jacobian: Float32Array
) -> tuple[Float32Array, Float32Array]:
    """Apply a final softmax to logits and their Jacobian, or to the first gradients."""
    if last.log:
        return (
            log_softmax(outputs).astype(np.float32),
            log_probability_jacobian(outputs, jacobian),
        )
    return softmax(outputs).astype(np.float32), probability_jacobian(outputs, jacobian)


def _lower(plan: Plan) -> tuple[list[Kernel], Softmax | None]:
    """The kernels of a plan, and the softmax at its end.

    Convolution and pooling need channels last; affine maps take any order by permuting their
    columns; everything else needs PyTorch's order.
    """
    kernels: list[Kernel] = []
    shape: Shape = plan.source
    channels_last = False
    last: Softmax | None = None

    def set_layout(wanted: bool) -> None:
        nonlocal channels_last
        if channels_last != wanted and not _layout_is_irrelevant(shape):
            channels, pixels = shape[0], prod(shape[1:])
            source = (channels, pixels) if wanted else (pixels, channels)
            kernels.append(TransposeKernel(source))
        channels_last = wanted

    def flattened(constant: Constant) -> Float32Array:
        moved = np.moveaxis(constant, 0, -1) if channels_last else constant
        return np.ascontiguousarray(moved, np.float32).reshape(-1)

    for step in plan:
        match step:
            case Conv():
                set_layout(True)
                kernels.append(ConvKernel(step))
            case Pool():
                set_layout(True)
                kernels.append(PoolKernel(step))
            case Affine():
                weight = step.weight
                if channels_last:
                    positions = np.moveaxis(np.arange(weight.shape[1]).reshape(shape), 0, -1)
                    weight = weight[:, positions.ravel()]
                channels_last = False
                kernels.append(
                    AffineKernel(
                        np.ascontiguousarray(weight, np.float32), step.bias.astype(np.float32)
                    )
                )
            case Scale():
                kernels.append(ScaleKernel(flattened(step.factor), flattened(step.offset)))
            case Activation():
                kernels.append(ActivationKernel(step))
            case Average():
                set_layout(False)
                kernels.append(AverageKernel(step))
            case Sum():
                set_layout(False)
                plans = [Plan(step.source, branch) for branch in step.branches]
                kernels.append(SumKernel([_lower(plan)[0] for plan in plans], prod(step.source)))
            case Reshape():
                set_layout(False)
            case Softmax():
                set_layout(False)
                last = step
            case _:
                raise TypeError(f"the NumPy backend has no kernel for {step}")
        shape = step.result
    set_layout(False)
    return kernels, last


def _layout_is_irrelevant(shape: Shape) -> bool:
    """Whether channels first and channels last are the same order of the numbers."""
    return len(shape) != 3 or shape[0] == 1 or prod(shape[1:]) == 1
