"""From LLVM assembly to a function: verified, optimised, and kept for equal text."""

import ctypes
import threading
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from llvmlite import binding

from jacviz.graph.native.target import Target

_FUNCTION = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_void_p)

# LLVM is not safe for threads that compile at once.
_lock = threading.Lock()


class MachineCode:
    """Call it with the addresses of an arena and of the constants; it releases the GIL."""

    def __init__(self, assembly: str, target: Target) -> None:
        binding.initialize_native_target()
        binding.initialize_native_asmprinter()
        module = binding.parse_assembly(assembly)
        module.verify()
        machine = binding.Target.from_default_triple().create_target_machine(
            cpu=target.cpu, features=target.features, opt=3, jit=True
        )
        options = binding.create_pipeline_tuning_options(speed_level=2)
        # The assembly is in vectors and unrolled already.
        options.loop_vectorization = options.slp_vectorization = False
        options.loop_unrolling = options.loop_interleaving = False
        builder = binding.create_pass_builder(machine, options)
        builder.getModulePassManager().run(module, builder)
        # The engine owns the code: it must live as long as the function.
        self._engine: Any = binding.create_mcjit_compiler(module, machine)
        self._engine.finalize_object()
        address = self._engine.get_function_address("jacobian")
        self.run: Callable[[int, int], None] = _FUNCTION(address)


@lru_cache(maxsize=32)
def _compiled(assembly: str, target: Target) -> MachineCode:
    return MachineCode(assembly, target)


def machine_code(assembly: str, target: Target) -> MachineCode:
    """Compiled once in this process for equal text."""
    with _lock:
        return _compiled(assembly, target)
