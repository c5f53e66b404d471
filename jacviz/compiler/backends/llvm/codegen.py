"""Emit a plan as one LLVM function that computes outputs and Jacobian in an arena."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod

import numpy as np

from jacviz.compiler.backends.llvm.affine import AffineKernel, constant_rows
from jacviz.compiler.backends.llvm.context import Context
from jacviz.compiler.backends.llvm.convolution import ConvKernel
from jacviz.compiler.backends.llvm.elementwise import ActivationKernel, ScaleKernel
from jacviz.compiler.backends.llvm.kernel import Kernel, copied_to_arena
from jacviz.compiler.backends.llvm.maxpool_scatter import PooledConv, PooledConvKernel
from jacviz.compiler.backends.llvm.pooling import AveragePoolKernel, MaxPoolKernel, average_step
from jacviz.compiler.backends.llvm.softmax import SoftmaxKernel
from jacviz.compiler.backends.llvm.sum import SumKernel
from jacviz.compiler.backends.llvm.target import Target
from jacviz.compiler.ir import (
    Activation,
    Affine,
    Average,
    Conv,
    Plan,
    Pool,
    Pooling,
    Reshape,
    Scale,
    Softmax,
    Step,
    Sum,
)
from jacviz.typing import Float32Array


class UnsupportedError(Exception):
    """A plan that the native backend does not support, and why."""


@dataclass(frozen=True)
class Program:
    """LLVM assembly of `void jacobian(float* arena, float* constants)` and what it works on.

    The caller writes the input at `x`; the function leaves the outputs at `outputs` and the rows
    of the Jacobian, `pitch` floats apart, at `jacobian`.
    """

    assembly: str
    constants: Float32Array
    arena: int
    x: int
    outputs: int
    jacobian: int
    pitch: int


# Largest scratch per call, and largest block of constants (256 MiB each).
_MAX_FLOATS = 1 << 26
_TOO_LARGE = "it would take too much memory"

# More lines take many seconds to compile.
_MAX_ASSEMBLY_LINES = 30_000


def emit(plan: Plan, target: Target) -> Program:
    """Emit the program; raises UnsupportedError where NumPy is the better choice."""
    context = Context(target, plan.outputs)
    last = plan.steps[-1] if plan.steps else None
    end = SoftmaxKernel(context, last) if isinstance(last, Softmax) else None
    kernels = _kernels(context, plan.steps if end is None else plan.steps[:-1])
    x = context.arena.allocate(prod(plan.source))
    value = x
    for kernel in kernels:
        value = kernel.forward(value)
    outputs = value if end is None else end.forward(value)
    # Not in the forward pass: the sign of a denormal decides on which side of a kink a unit is.
    _flush_denormals(context)
    if kernels and isinstance(affine := kernels[-1], AffineKernel):
        kernels.pop()
        start = affine.step.weight
    elif plan.outputs**2 > _MAX_FLOATS:
        raise UnsupportedError(_TOO_LARGE)
    else:
        start = np.eye(plan.outputs)
    gradient = constant_rows(context, start) if end is None else end.seed(start)
    for kernel in reversed(kernels):
        gradient = kernel.backward(gradient)
    if end is not None:
        gradient = end.finish(gradient)
    jacobian = copied_to_arena(gradient)
    _restore_denormals(context)
    if len(context.code.lines) > _MAX_ASSEMBLY_LINES:
        raise UnsupportedError("it would take too long to compile")
    if context.arena.size > _MAX_FLOATS or context.constants.size > _MAX_FLOATS:
        raise UnsupportedError(_TOO_LARGE)
    return Program(
        assembly=_function(context),
        constants=context.constants.block(),
        arena=context.arena.size,
        x=x.start,
        outputs=outputs.start,
        jacobian=jacobian.buffer.start,
        pitch=jacobian.pitch,
    )


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
    steps = [step for step in steps if not isinstance(step, Reshape)]
    kernels: list[Kernel] = []
    while steps:
        pooled = PooledConv.match_prefix(steps)
        kernels.append(PooledConvKernel(context, pooled) if pooled else _kernel(context, steps[0]))
        steps = steps[len(pooled) if pooled else 1 :]
    return kernels


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
            return MaxPoolKernel(context, step)
        case Pool():
            return AveragePoolKernel(context, average_step(step))
        case Average():
            return AveragePoolKernel(context, step)
        case Sum():
            branches = [_kernels(context, branch) for branch in step.branches]
            return SumKernel(context, step, branches)
    raise UnsupportedError(f"no native kernel for {step}")


# Denormals count as zero in the backward pass, which they would slow down.
_DENORMALS_ARE_ZERO = {"x86_64": 0x8040, "aarch64": 1 << 24}


def _flush_denormals(context: Context) -> None:
    code, saved = context.code, context.arena.allocate(4)
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


def _restore_denormals(context: Context) -> None:
    for saved in context.saved:
        if saved.type == "ptr":
            context.code.line(f"call void @llvm.x86.sse.ldmxcsr({saved})")
        else:
            context.code.line(f"call void @llvm.aarch64.set.fpcr({saved})")
