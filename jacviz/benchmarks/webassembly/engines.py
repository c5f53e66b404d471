"""Which engines here can run modules: Wasmtime where it is installed, else Node.js."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from importlib.util import find_spec
from typing import TypeAlias

from jacviz.benchmarks.webassembly.node import (
    NodeInstance,
    has_relaxed_simd,
    node_failure,
)
from jacviz.compiler.backends.wasm.program import WebAssemblyProgram
from jacviz.compiler.compiled import CompiledJacobian
from jacviz.typing import Float32Array

# A flat input (N,) to outputs (M,) and Jacobian (M, N).
Instance: TypeAlias = Callable[[Float32Array], tuple[Float32Array, Float32Array]]

SIMD, RELAXED = "WebAssembly SIMD", "relaxed SIMD"

INSTALL_HINT = (
    "relaxed SIMD needs Wasmtime (pip install wasmtime) or Node.js 22, plain SIMD Node.js 20.19"
)


def variants() -> dict[str, bool]:
    """Return the kinds of module that can be run here, and whether each is relaxed."""
    wasmtime = find_spec("wasmtime") is not None
    able = {SIMD: wasmtime or node_failure() is None, RELAXED: wasmtime or has_relaxed_simd()}
    return {name: name == RELAXED for name in able if able[name]}


@contextmanager
def instances(
    compiled: CompiledJacobian, kinds: Mapping[str, bool]
) -> Iterator[dict[str, Instance]]:
    """Run a graph as each kind of module, of those that `variants` returns."""
    made = {name: _instance(compiled.to_wasm(relaxed=relaxed)) for name, relaxed in kinds.items()}
    try:
        yield made
    finally:
        for instance in made.values():
            if isinstance(instance, NodeInstance):
                instance.close()


def _instance(program: WebAssemblyProgram) -> Instance:
    if find_spec("wasmtime") is None:
        return NodeInstance(program)
    from jacviz.benchmarks.webassembly.wasmtime_instance import WasmtimeInstance

    return WasmtimeInstance(program)
