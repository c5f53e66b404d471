"""The compiled graph: the fast path from one input to outputs and their whole Jacobian.

read.py turns a module into a plan of typed steps (steps.py, layers.py), fold.py shortens it,
numpy_backend.py runs it, and traced.py serves the modules that have no plan.
"""

from jacviz.graph.compiled import CompiledJacobian, compile_jacobian

__all__ = ["CompiledJacobian", "compile_jacobian"]
