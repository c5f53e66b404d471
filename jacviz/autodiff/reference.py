"""The reference: PyTorch's own Jacobian of a float64 copy of the module."""

import copy

from torch import Tensor, nn

from jacviz.autodiff import functional
from jacviz.autodiff.rows import flat_outputs
from jacviz.compiler.autograd_mode import in_normal_mode, normal_module, normal_tensor


@in_normal_mode
def jacobian(model: nn.Module, x: Tensor) -> Tensor:
    """Compute d output k / d x in float64, shape (M, *x.shape); `x` has no batch axis.

    Outputs of any shape count as M numbers in a row. The module is not modified.
    """
    exact = copy.deepcopy(normal_module(model)).double().requires_grad_(False)
    return functional.jacobian(flat_outputs(exact), normal_tensor(x.detach()).double())
