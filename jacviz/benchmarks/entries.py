"""What the bench times: every method, and further implementations to compare with."""

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from importlib.util import find_spec
from typing import TypeAlias

from torch import Tensor, nn

from jacviz.autodiff.registry import METHODS, Method, Requirement, method_named
from jacviz.benchmarks.webassembly.node import (
    INSTALL_HINT,
    NodeInstance,
    has_relaxed_simd,
    node_failure,
)
from jacviz.compiler import compile_jacobian
from jacviz.compiler.backends.selection import BackendName
from jacviz.errors import InputError

# One full Jacobian, as the method hands it out.
Run: TypeAlias = Callable[[], object]


@dataclass(frozen=True)
class Entry:
    """One row of the bench.

    `prepare` does all set-up for a module and an input without batch axis. It raises InputError
    for modules that it cannot express, and where something in `missing` is.
    """

    prepare: Callable[[nn.Module, Tensor], Run]
    missing: tuple[Requirement, ...] = ()
    title: str | None = None
    """What the row is called, where its name does not say it."""


def _method(method: Method) -> Entry:
    def prepare(model: nn.Module, x: Tensor) -> Run:
        run = method.prepare(model, x)
        return lambda: run(x)

    return Entry(prepare, method.missing)


def _graph(model: nn.Module, x: Tensor, backend: BackendName = "auto") -> Run:
    graph, image = compile_jacobian(model, x, backend=backend), x.numpy()
    return lambda: graph(image)[1]


def _narrow_graph(model: nn.Module, x: Tensor) -> Run:
    """Compile with the setting that limits generated code to AVX2."""
    from jacviz.compiler.backends.llvm.target import CPU_VARIABLE, target

    if target().name != "avx512":
        raise InputError("'graph-avx2' is for machines with AVX-512; here it is 'graph' itself")
    before = os.environ.get(CPU_VARIABLE)
    os.environ[CPU_VARIABLE] = "avx2"
    try:
        return _graph(model, x, "llvm")
    finally:
        del os.environ[CPU_VARIABLE]
        if before is not None:
            os.environ[CPU_VARIABLE] = before


def _onnxruntime(model: nn.Module, x: Tensor) -> Run:
    from jacviz.benchmarks.onnx_graph import session

    plan, image = compile_jacobian(model, x, backend="numpy").plan, x.numpy()
    if plan is None:
        raise InputError("'onnxruntime' takes networks that have a plan")
    run = session(plan)
    return lambda: run(image)[1]


class _InNode:
    """A module in Node.js, timed by Node.js."""

    def __init__(self, model: nn.Module, x: Tensor, *, relaxed: bool) -> None:
        if (failure := node_failure()) is not None:
            raise InputError(f"'graph-wasm': {failure}; {INSTALL_HINT}")
        if relaxed and not has_relaxed_simd():
            raise InputError(
                "'graph-wasm-relaxed' needs relaxed SIMD, which this Node.js lacks; get Node.js 22 "
                "or newer from https://nodejs.org"
            )
        compiled = compile_jacobian(model, x, backend="numpy")
        self._instance = NodeInstance(compiled.to_wasm(relaxed=relaxed))
        self._image = x.numpy().ravel()

    def __call__(self) -> object:
        return self._instance(self._image)[1]

    def time(self, calls: int) -> list[float]:
        return self._instance.time(calls)


def _missing_for_wasm() -> tuple[Requirement, ...]:
    if shutil.which("node") is not None:
        return _missing("fast", "llvmlite")
    return (Requirement("Node.js", lambda: False, INSTALL_HINT),)


def _missing(extra: str, *packages: str) -> tuple[Requirement, ...]:
    remedy = f'pip install "jacviz[{extra}]"'
    return tuple(
        Requirement(name, lambda: False, remedy) for name in packages if find_spec(name) is None
    )


_OTHER_ENTRIES = {
    "graph": Entry(_graph),
    "graph-avx2": Entry(_narrow_graph, _missing("fast", "llvmlite")),
    "graph-numpy": Entry(partial(_graph, backend="numpy")),
    "graph-wasm": Entry(
        partial(_InNode, relaxed=False), _missing_for_wasm(), "compiled, WebAssembly (Node)"
    ),
    "graph-wasm-relaxed": Entry(
        partial(_InNode, relaxed=True), _missing_for_wasm(), "compiled, relaxed WebAssembly (Node)"
    ),
    "onnxruntime": Entry(_onnxruntime, _missing("bench", "onnx", "onnxruntime")),
}

ENTRIES = {name: _method(method) for name, method in METHODS.items()} | _OTHER_ENTRIES


def entry_named(name: str) -> Entry:
    """Get an entry by name; raises InputError for an unknown one."""
    return _OTHER_ENTRIES[name] if name in _OTHER_ENTRIES else _method(method_named(name))
