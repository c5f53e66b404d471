"""The compiled graph: the fast path from one input to outputs and their whole Jacobian.

read.py, layers.py and readers.py turn a module into a plan of typed steps (steps.py), fold.py
shortens it, numpy_backend.py runs it with the kernels of kernels.py, convolution.py and
pooling.py, and traced.py serves the modules that have no plan.
"""

from jacviz.graph.compiled import CompiledJacobian, compile_jacobian

__all__ = ["CompiledJacobian", "compile_jacobian"]
