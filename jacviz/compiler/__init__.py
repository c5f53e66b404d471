"""The compiled graph: the fast path from one input to outputs and their whole Jacobian.

How a trained network becomes one function, step by step:

1. Read (read.py, layers.py, readers.py, elementwise.py): torch.fx lists the layers; each becomes
   a typed step of a plan (steps.py) with its weights in float64. A module that does anything else
   has no plan: PyTorch's own graph of the Jacobian is traced and replayed (traced.py).
2. Fold (fold.py): what is linear joins its neighbour. Standardisation and batch norm go into
   weights, average pooling into the convolution before it, an affine map into the next.
3. Run, one of two ways (choose.py):
   - NumPy (numpy_backend.py), everywhere: matrix products into buffers made beforehand.
   - LLVM (native/), where llvmlite is installed: emit.py writes the plan as one function without
     calls, machine.py compiles it, and backend.py uses it once it has agreed with NumPy.

Both run forward once, keeping each activation's derivative, then carry all M rows of the
Jacobian back at once. The last affine map's weight is where they start, so it costs nothing:

    >>> print(compile_jacobian(load_lenet5(), torch.zeros(1, 28, 28)))
    Jacobian of 10 outputs with respect to 1x28x28, llvm, avx512
      step                         from     to       multiply-adds  per row back
      conv 6x6 stride 2 padding 2  1x28x28  6x14x14         42,336        42,336
      tanh                         6x14x14  6x14x14
      conv 6x6 stride 2            6x14x14  16x5x5          86,400        86,400
      tanh                         16x5x5   16x5x5
      affine                       16x5x5   120             48,000        48,000
      tanh                         120      120
      affine                       120      84              10,080        10,080
      tanh                         84       84
      affine                       84       10                 840           840
      total, all rows                                      187,656     1,868,160
      514,304 bytes of constants, 187,264 for each call under way

In native code (native/) one arena holds an input, scratch and results (memory.py); a call takes an
arena of its own, so threads share nothing but constants, and the GIL is released. Products run in
register tiles (products.py) as wide as the machine's vectors and no larger than its registers
(target.py): each vector of weights is loaded once for all rows. Backward through a convolution a
block of stride x stride pixels gathers from the outputs that touch it (geometry.py), with the
block's numbers in the lanes of a vector (blocks.py) or, where channels are few, with neighbouring
pixels there (planes.py); behind max-pooling only the winners that live give to their pixels, with
the rows in the lanes (winners.py). What needs only one row at a time is computed row by row
(kernel.py: Lazy), so that a whole chain of steps stays in the nearest cache.
"""

from jacviz.compiler.compiled import CompiledJacobian, compile_jacobian

__all__ = ["CompiledJacobian", "compile_jacobian"]
