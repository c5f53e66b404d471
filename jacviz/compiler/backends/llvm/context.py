"""State shared by all kernels while code is emitted."""

from dataclasses import dataclass, field

from jacviz.compiler.backends.llvm.ir_builder import IRBuilder, Value
from jacviz.compiler.backends.llvm.memory import Arena, Constants
from jacviz.compiler.backends.llvm.target import Target


@dataclass(frozen=True)
class Context:
    target: Target
    rows: int
    code: IRBuilder = field(default_factory=IRBuilder)
    arena: Arena = field(default_factory=Arena)
    constants: Constants = field(default_factory=Constants)
    # CPU state to restore before the function returns.
    saved: list[Value] = field(default_factory=list)
