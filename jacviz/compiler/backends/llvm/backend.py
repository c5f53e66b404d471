"""Run a plan as machine code."""

import logging
from collections import deque

import numpy as np

from jacviz.compiler.backends.llvm.codegen import Program, emit
from jacviz.compiler.backends.llvm.jit import machine_code
from jacviz.compiler.backends.llvm.memory import aligned
from jacviz.compiler.backends.llvm.target import target
from jacviz.compiler.backends.numpy.backend import NumpyBackend
from jacviz.compiler.ir import Plan
from jacviz.compiler.workspaces import idle_workspaces
from jacviz.typing import Float32Array

_log = logging.getLogger(__name__)

# Largest difference between native and NumPy results, as a share of the largest number.
TOLERANCE = 1e-4


class _Workspace:
    """An arena for one call at a time, and what the results look like in it."""

    def __init__(self, program: Program, inputs: int, outputs: int) -> None:
        self.arena = arena = aligned(program.arena)
        self.address = arena.ctypes.data
        self.x = arena[program.x : program.x + inputs]
        self.outputs = arena[program.outputs : program.outputs + outputs]
        rows = arena[program.jacobian : program.jacobian + outputs * program.pitch]
        self.jacobian = rows.reshape(outputs, program.pitch)[:, :inputs]


class NativeBackend:
    """Machine code shared by all callers, and a pool of arenas, one per concurrent call.

    Up to one idle arena per core is kept.

    `cpu` names the instructions to use ("avx512", "avx2", "neon", "baseline"); without it, what
    the environment variable JACVIZ_CPU says, else the best that this machine has.
    """

    reason: str | None = None

    def __init__(self, plan: Plan, *, cpu: str | None = None) -> None:
        chosen = target(cpu)
        self.name = f"llvm, {chosen.name}"
        self._program = emit(plan, chosen)
        self._code = machine_code(self._program.assembly, chosen)
        self._run = self._code.run
        self._constants = self._program.constants.ctypes.data
        self._inputs, self._outputs = int(np.prod(plan.source)), plan.outputs
        constants, arena = 4 * self._program.constants.size, 4 * self._program.arena
        self.memory = f"{constants:,} bytes of constants, {arena:,} for each call under way"
        self._idle: deque[_Workspace] = deque(maxlen=idle_workspaces(arena))

    def __call__(self, x: Float32Array) -> tuple[Float32Array, Float32Array]:
        """(outputs (M,), Jacobian (M, inputs)) at a flat float32 input; arrays of the caller's."""
        # pop and append are atomic: callers never share a workspace. A full deque drops the
        # oldest.
        try:
            workspace = self._idle.pop()
        except IndexError:
            workspace = _Workspace(self._program, self._inputs, self._outputs)
        workspace.x[:] = x
        self._run(workspace.address, self._constants)
        outputs, jacobian = workspace.outputs.copy(), workspace.jacobian.copy()
        self._idle.append(workspace)
        return outputs, jacobian


def checked_backend(plan: Plan, *, cpu: str | None = None) -> NativeBackend | NumpyBackend:
    """Return the native backend if it can be built and agrees with NumPy, else NumPy.

    The reason for NumPy is logged.
    """
    numpy = NumpyBackend(plan)
    try:
        native = NativeBackend(plan, cpu=cpu)
    except Exception as error:
        _log.warning("no native code for this network, NumPy instead: %s", error)
        numpy.reason = f"no native code for this network: {error}"
        return numpy
    rng = np.random.default_rng(0)
    size = int(np.prod(plan.source))
    for x in (rng.random(size), rng.normal(size=size), rng.normal(scale=5, size=size)):
        single = x.astype(np.float32)
        for found, expected in zip(native(single), numpy(single), strict=True):
            if not np.abs(found - expected).max() <= TOLERANCE * np.abs(expected).max() + 1e-9:
                numpy.reason = "native code and NumPy disagree for this network"
                _log.warning("%s, NumPy instead", numpy.reason)
                return numpy
    return native
