"""From a plan to the text of one function that computes outputs and Jacobian in an arena."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod

import numpy as np

from jacviz.graph.kernels import Floats
from jacviz.graph.native.affine import AffineKernel, seed
from jacviz.graph.native.code import Value
from jacviz.graph.native.context import Context
from jacviz.graph.native.convolution import ConvKernel
from jacviz.graph.native.elementwise import ActivationKernel, ScaleKernel
from jacviz.graph.native.kernel import Kernel, Stored
from jacviz.graph.native.pooling import AverageKernel, MaximumKernel, windows
from jacviz.graph.native.sums import SumKernel
from jacviz.graph.native.target import Target
from jacviz.graph.steps import (
    Activation,
    Affine,
    Average,
    Conv,
    Plan,
    Pool,
    Pooling,
    Reshape,
    Scale,
    Step,
    Sum,
)


class UnsupportedError(Exception):
    """A plan that the native backend leaves to NumPy, and why."""


@dataclass(frozen=True)
class Program:
    """LLVM assembly of `void jacobian(float* arena, float* constants)` and what it works on.

    The caller writes the input at `x`; the function leaves the outputs at `outputs` and the rows
    of the Jacobian, `pitch` floats apart, at `jacobian`.
    """

    assembly: str
    constants: Floats
    arena: int
    x: int
    outputs: int
    jacobian: int
    pitch: int


# More scratch than this for one caller, or more constants, is left to NumPy.
_MOST_FLOATS = 1 << 26

# More lines take many seconds to compile.
_MOST_LINES = 30_000


def emit(plan: Plan, target: Target) -> Program:
    """Raises UnsupportedError where NumPy serves better. A softmax at the end is left out."""
    context = Context(target, plan.outputs)
    steps = plan.steps[:-1] if plan.ends_in_softmax else plan.steps
    kernels = _kernels(context, steps)
    x = context.arena.take(prod(plan.source))
    value = x
    for kernel in kernels:
        value = kernel.forward(value)
    # Forward they count: the sign of a tiny number decides on which side of a kink a unit is.
    _flush_denormals(context)
    if kernels and isinstance(last := kernels[-1], AffineKernel):
        kernels.pop()
        gradient = seed(context, last.step.weight)
    else:
        gradient = seed(context, np.eye(plan.outputs))
    for kernel in reversed(kernels):
        gradient = kernel.backward(gradient)
    jacobian = Stored.room(context, prod(plan.source))
    context.code.loop(0, context.rows, lambda r: _keep(gradient.row(r, jacobian.address(r))))
    _keep_denormals(context)
    if len(context.code.lines) > _MOST_LINES:
        raise UnsupportedError("it would take long to compile")
    if context.arena.size > _MOST_FLOATS or context.constants.size > _MOST_FLOATS:
        raise UnsupportedError("it would take too much memory")
    return Program(
        assembly=_function(context),
        constants=context.constants.block(),
        arena=context.arena.size,
        x=x.start,
        outputs=value.start,
        jacobian=jacobian.buffer.start,
        pitch=jacobian.pitch,
    )


def _keep(_: Value) -> None:
    """A row is where it should be."""


def _function(context: Context) -> str:
    pointer = "ptr noalias nofree align 64"
    return "\n".join(
        [
            *sorted(context.code.intrinsics),
            f"define void @jacobian({pointer} %arena, {pointer} readonly %constants) {{",
            "entry:",
            *context.code.lines,
            "  ret void",
            "}",
        ]
    )


def _kernels(context: Context, steps: Sequence[Step]) -> list[Kernel]:
    return [_kernel(context, step) for step in steps if not isinstance(step, Reshape)]


def _kernel(context: Context, step: Step) -> Kernel:  # noqa: PLR0911
    match step:
        case Affine():
            return AffineKernel(context, step)
        case Conv():
            return ConvKernel(context, step)
        case Activation():
            return ActivationKernel(context, step)
        case Scale():
            return ScaleKernel(context, step)
        case Pool(pooling=Pooling.MAXIMUM):
            return MaximumKernel(context, step)
        case Pool():
            return AverageKernel(context, windows(step))
        case Average():
            return AverageKernel(context, step)
        case Sum():
            branches = [_kernels(context, branch) for branch in step.branches]
            return SumKernel(context, step, branches)
    raise UnsupportedError(f"no native kernel for {step}")


# Numbers too small to be normal count as zero in the backward pass: they would stall it.
_DENORMALS_ARE_ZERO = {"x86_64": 0x8040, "aarch64": 1 << 24}


def _flush_denormals(context: Context) -> None:
    code, saved = context.code, context.arena.take(4)
    if context.target.architecture == "x86_64":
        code.intrinsics.add("declare void @llvm.x86.sse.stmxcsr(ptr)")
        code.intrinsics.add("declare void @llvm.x86.sse.ldmxcsr(ptr)")
        before, during = code.at(saved), code.at(saved, 1)
        code.line(f"call void @llvm.x86.sse.stmxcsr({before})")
        state = code.load(before, 1, "i32")
        bits = code.integer(_DENORMALS_ARE_ZERO["x86_64"])
        code.store(code.binary("or", state, bits), during)
        code.line(f"call void @llvm.x86.sse.ldmxcsr({during})")
        context.saved.append(before)
    elif context.target.architecture == "aarch64":
        code.intrinsics.add("declare i64 @llvm.aarch64.get.fpcr()")
        code.intrinsics.add("declare void @llvm.aarch64.set.fpcr(i64)")
        state = code.value("i64", "call i64 @llvm.aarch64.get.fpcr()")
        bits = code.integer(_DENORMALS_ARE_ZERO["aarch64"], bits=64)
        code.line(f"call void @llvm.aarch64.set.fpcr({code.binary('or', state, bits)})")
        context.saved.append(state)


def _keep_denormals(context: Context) -> None:
    for saved in context.saved:
        if saved.type == "ptr":
            context.code.line(f"call void @llvm.x86.sse.ldmxcsr({saved})")
        else:
            context.code.line(f"call void @llvm.aarch64.set.fpcr({saved})")
