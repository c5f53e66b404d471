"""Compile LLVM assembly to a function: verified, optimised, and cached by its text."""

import ctypes
import os
import threading
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from llvmlite import binding
from llvmlite.binding import newpassmanagers

from jacviz.compiler.backends.llvm.target import Target

_FUNCTION = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_void_p)

# LLVM is not safe for threads that compile at once.
_lock = threading.Lock()

if hasattr(os, "register_at_fork"):
    # A fork waits until nothing is being compiled: a child has only the thread that forked, so
    # that it would find LLVM in an inconsistent state and the lock held forever.
    os.register_at_fork(
        before=_lock.acquire, after_in_parent=_lock.release, after_in_child=_lock.release
    )


def initialise() -> None:
    """Initialise LLVM for this machine; idempotent."""
    binding.initialize_native_target()
    binding.initialize_native_asmprinter()


class MachineCode:
    """Call it with the addresses of an arena and of the constants; it releases the GIL."""

    def __init__(self, assembly: str, target: Target) -> None:
        initialise()
        module = binding.parse_assembly(assembly)
        module.verify()
        machine = binding.Target.from_default_triple().create_target_machine(
            cpu=target.cpu, features=target.features, opt=3, jit=True
        )
        _optimise(module, machine)
        # The engine owns the code: it must live as long as the function.
        self._engine: Any = binding.create_mcjit_compiler(module, machine)
        self._engine.finalize_object()
        address = self._engine.get_function_address("jacobian")
        self.run: Callable[[int, int], None] = _FUNCTION(address)


def _optimise(module: Any, machine: Any) -> None:
    options = binding.create_pipeline_tuning_options(speed_level=2)
    # The assembly is in vectors and unrolled already.
    options.loop_vectorization = options.slp_vectorization = False
    options.loop_unrolling = options.loop_interleaving = False
    builder = binding.create_pass_builder(machine, options)
    passes = builder.getModulePassManager()
    try:
        passes.run(module, builder)
    finally:
        # llvmlite up to 0.50 never frees a pass manager, 50 KB or more: of its two bases the
        # one whose _dispose does nothing comes first.
        base: Any = getattr(newpassmanagers, "NewPassManager", None)
        if hasattr(base, "_dispose"):
            base._dispose(passes)
            passes.detach()
        else:
            passes.close()


@lru_cache(maxsize=32)
def _compiled(assembly: str, target: Target) -> MachineCode:
    return MachineCode(assembly, target)


def assemble(assembly: str, target: Target, triple: str) -> bytes:
    """Compile LLVM assembly to an object file for another machine."""
    with _lock:
        binding.initialize_all_targets()
        binding.initialize_all_asmprinters()
        machine = binding.Target.from_triple(triple).create_target_machine(
            cpu=target.cpu, features=target.features, opt=3
        )
        module = binding.parse_assembly(assembly)
        module.triple, module.data_layout = triple, str(machine.target_data)
        module.verify()
        _optimise(module, machine)
        code: bytes = machine.emit_object(module)
        return code


def machine_code(assembly: str, target: Target) -> MachineCode:
    """Return the compiled code, cached in this process by its text."""
    with _lock:
        return _compiled(assembly, target)
