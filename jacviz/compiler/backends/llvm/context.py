"""What every emitter works with."""

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
    # What to put back before the function returns.
    saved: list[Value] = field(default_factory=list)
