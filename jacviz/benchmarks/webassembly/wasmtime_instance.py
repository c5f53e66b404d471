"""Wasmtime: WebAssembly in this process, with relaxed SIMD too."""

from math import prod

import numpy as np
import wasmtime

from jacviz.compiler.backends.wasm.program import WebAssemblyProgram
from jacviz.typing import Float32Array

_PAGE_BYTES = 65536
_CONSTANTS = 64

_config = wasmtime.Config()
_config.wasm_relaxed_simd = True
_engine = wasmtime.Engine(_config)


class WasmtimeInstance:
    """A module in a memory of its own; call it with a flat input: outputs (M,), Jacobian."""

    def __init__(self, program: WebAssemblyProgram) -> None:
        layout = program.layout
        self._program = program
        self._store = wasmtime.Store(_engine)
        size = _CONSTANTS + 4 * (layout.constants + layout.arena)
        limits = wasmtime.Limits(-(-size // _PAGE_BYTES), None)
        self._memory = wasmtime.Memory(self._store, wasmtime.MemoryType(limits))
        module = wasmtime.Module(_engine, program.module)
        instance = wasmtime.Instance(self._store, module, [self._memory])
        function = instance.exports(self._store)["jacobian"]
        assert isinstance(function, wasmtime.Func)
        self._function = function
        self._memory.write(self._store, program.constants, _CONSTANTS)
        self._arena = _CONSTANTS + 4 * layout.constants

    def __call__(self, x: Float32Array) -> tuple[Float32Array, Float32Array]:
        layout, outputs = self._program.layout, self._program.outputs
        place = self._arena + 4 * layout.input
        self._memory.write(self._store, x.astype("<f4").tobytes(), place)
        self._function(self._store, self._arena, _CONSTANTS)
        rows = self._read(layout.jacobian, outputs * layout.pitch).reshape(outputs, layout.pitch)
        return self._read(layout.outputs, outputs), rows[:, : prod(self._program.input_shape)]

    def _read(self, start: int, count: int) -> Float32Array:
        first = self._arena + 4 * start
        return np.frombuffer(self._memory.read(self._store, first, first + 4 * count), "<f4")
