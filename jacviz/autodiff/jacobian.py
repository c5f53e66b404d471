"""The Jacobian of any module at one input, by a method of choice."""

from numpy.typing import ArrayLike
from torch import Tensor, nn

from jacviz.autodiff.inputs import checked_input
from jacviz.autodiff.registry import method_named


def jacobian(model: nn.Module, x: ArrayLike | Tensor, method: str = "compiled") -> Tensor:
    """Compute d output k / d x at one input: (M, *x.shape), with the dtype and device of `x`.

    `x` has no batch axis; the module is called on `x[None]`. Outputs of more than one axis count
    as M numbers in row-major order, so that `jacobian.reshape(*outputs.shape[1:], *x.shape)` gives
    them their axes back. `method` is a name from `jacviz.methods()`; all give the same numbers.

    The derivatives are those of autograd's backward pass. What is computed under torch.no_grad,
    torch.set_grad_enabled(False) or torch.inference_mode, or detached, counts as constant, and
    hooks that change gradients apply, one backward pass for each output. A method that would
    differ from this rejects the module; "compiled" takes a slower path.

    >>> jacviz.jacobian(jacviz.load_lenet5(), torch.zeros(1, 28, 28), method="func").shape
    torch.Size([10, 1, 28, 28])

    Raises InputError for an unknown method or one that is not installed, a module that the method
    cannot express, layers in training mode, and inputs that the module does not take.
    """
    chosen = method_named(method)
    x = checked_input(model, x)
    return chosen.prepare(model, x)(x)
