"""Compile a trained network into one function: one input to outputs and their whole Jacobian.

1. Front end (frontend/): torch.fx traces the module (fx.py), op_table.py maps each layer, function
   and method to a converter (operators.py, elementwise.py), and the result is a plan of typed
   steps (ir.py) with float64 constants. verification.py compares the plan with the module
   (torch_reference.py). A module that does anything else has no plan: PyTorch's own graph of its
   Jacobian is traced and replayed (backends/torch_fx.py).
2. Passes (passes.py): adjacent linear steps become one. Standardisation and batch norm are folded
   into weights, average pooling into the convolution before it, an affine map into the next.
3. Back ends (backends/), chosen by selection.py:
   - NumPy (numpy/), always available: matrix products into preallocated buffers.
   - LLVM (llvm/), with llvmlite: codegen.py emits the plan as one function without calls, jit.py
     compiles it, and backend.py uses it only if it agrees with NumPy.

Each runs forward once, keeps every activation's derivative, and propagates all M rows of the
Jacobian backward together, starting from the last affine map's weight, which therefore costs
nothing:

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

Native code keeps an input, scratch and results in one arena per call (memory.py), so that threads
share only constants; the GIL is released. Matrix products use register tiles (gemm.py) sized for
the machine's vectors and registers (target.py): each vector of weights is loaded once for all
rows. Backward through a convolution, each block of stride x stride pixels gathers from the outputs
that depend on it (conv_geometry.py). The vector lanes hold the numbers of a block
(conv_backward_blocks.py) or, with few channels, neighbouring pixels (conv_backward_planes.py).
Behind max-pooling only the maxima with a nonzero gradient scatter to their pixels, with the rows in
the lanes (maxpool_scatter.py, transposed_gradient.py). Steps that need one row at a time are
emitted row by row (kernel.py: LazyRows), so that a chain of steps stays in the nearest cache.
"""

from jacviz.compiler.compiled import CompiledJacobian, compile_jacobian

__all__ = ["CompiledJacobian", "compile_jacobian"]
