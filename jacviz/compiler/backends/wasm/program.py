"""Compile a plan to a WebAssembly module, its constants, and where it finds what in memory."""

import hashlib
from dataclasses import asdict, dataclass
from typing import Any

from jacviz.compiler.backends.llvm.codegen import UnsupportedError, emit
from jacviz.compiler.backends.llvm.target import Target
from jacviz.compiler.backends.selection import llvmlite_failure
from jacviz.compiler.backends.wasm.linker import link
from jacviz.compiler.ir import Plan, Shape
from jacviz.errors import InputError

TRIPLE = "wasm32-unknown-unknown"

# What every engine with SIMD has.
_FEATURES = "+simd128,+bulk-memory,+sign-ext,+nontrapping-fptoint,+mutable-globals"
_RELAXED = ",+relaxed-simd"

_FLOAT_BYTES = 4
MAX_MEMORY_BYTES = 1 << 27
"""Largest constants and scratch, together, of a module."""


@dataclass(frozen=True)
class MemoryLayout:
    """Where a module's function reads and writes, as numbers of floats."""

    constants: int
    """How many floats there are of constants."""
    arena: int
    """How many floats the arena has: zeros before the first call."""
    input: int
    """Where in the arena the caller writes the input, flat."""
    outputs: int
    """Where in the arena the M outputs are found."""
    jacobian: int
    """Where in the arena the first row of the Jacobian is found."""
    pitch: int
    """Floats from one row of the Jacobian to the next."""


@dataclass(frozen=True)
class WebAssemblyProgram:
    """A Jacobian as a WebAssembly module.

    The module imports a memory, `env.__linear_memory`, and exports `jacobian(arena, constants)`,
    which takes the addresses of both in bytes, each a multiple of 64.
    """

    module: bytes
    constants: bytes
    """float32, little-endian."""
    input_shape: Shape
    outputs: int
    """The number of outputs M."""
    relaxed: bool
    """Whether it uses relaxed SIMD: fused multiply-adds, where the engine has them."""
    layout: MemoryLayout

    def describe(self) -> dict[str, Any]:
        """Return all but the bytes, as JSON can hold it."""
        return {
            "input_shape": list(self.input_shape),
            "outputs": self.outputs,
            "relaxed": self.relaxed,
            "layout": asdict(self.layout),
        }


@dataclass(frozen=True)
class WebAssemblySource:
    """A plan in LLVM assembly for four lanes, the same for all modules made of it."""

    assembly: str
    constants: bytes
    """float32, little-endian."""
    input_shape: Shape
    outputs: int
    layout: MemoryLayout

    def digest(self) -> str:
        """Return a name for what is made of this: 16 hexadecimal digits, of content and LLVM."""
        from llvmlite import binding

        digest = hashlib.sha256(f"{binding.llvm_version_info} {_FEATURES}".encode())
        digest.update(self.assembly.encode())
        digest.update(self.constants)
        return digest.hexdigest()[:16]

    def module(self, *, relaxed: bool) -> bytes:
        """Compile to a WebAssembly module."""
        from jacviz.compiler.backends.llvm.jit import assemble

        return link(assemble(self.assembly, _target(relaxed), TRIPLE))


def emit_wasm(plan: Plan) -> WebAssemblySource:
    """Emit a plan.

    Raises InputError for one that the LLVM backend does not take, or that needs more than
    MAX_MEMORY_BYTES, and where llvmlite is missing or broken.
    """
    if (broken := llvmlite_failure()) is not None:
        raise InputError(f"WebAssembly needs llvmlite to work; {broken}")
    try:
        program = emit(plan, _target(relaxed=False))
    except UnsupportedError as error:
        raise InputError(f"no WebAssembly for this network: {error}") from error
    memory = _FLOAT_BYTES * (program.arena + program.constants.size)
    if memory > MAX_MEMORY_BYTES:
        raise InputError(
            f"expected a network that needs at most {MAX_MEMORY_BYTES:,} bytes of memory as "
            f"WebAssembly, got one that needs {memory:,}"
        )
    return WebAssemblySource(
        assembly=program.assembly,
        constants=program.constants.astype("<f4", copy=False).tobytes(),
        input_shape=plan.source,
        outputs=plan.outputs,
        layout=MemoryLayout(
            constants=program.constants.size,
            arena=program.arena,
            input=program.x,
            outputs=program.outputs,
            jacobian=program.jacobian,
            pitch=program.pitch,
        ),
    )


def compile_wasm(plan: Plan, *, relaxed: bool) -> WebAssemblyProgram:
    """Compile a plan; raises InputError as `emit_wasm` does."""
    source = emit_wasm(plan)
    return WebAssemblyProgram(
        module=source.module(relaxed=relaxed),
        constants=source.constants,
        input_shape=source.input_shape,
        outputs=source.outputs,
        relaxed=relaxed,
        layout=source.layout,
    )


def _target(relaxed: bool) -> Target:
    return Target("wasm", 4, 16, "generic", _FEATURES + (_RELAXED if relaxed else ""), x86=False)
