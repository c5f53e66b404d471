"""What a compiled graph accepts: a module in eval mode, and inputs."""

from collections.abc import Callable
from math import isfinite
from typing import Any, TypeAlias

import numpy as np
import torch
from numpy.typing import ArrayLike
from torch import Tensor, nn
from torch.overrides import TorchFunctionMode

from jacviz.errors import InputError
from jacviz.graph.kernels import Floats
from jacviz.graph.steps import Shape

Input: TypeAlias = ArrayLike | Tensor


_CHANGES_IN_TRAINING = (
    nn.modules.dropout._DropoutNd,
    nn.modules.batchnorm._BatchNorm,
    nn.RReLU,
)


def refuse_training(model: nn.Module) -> None:
    """InputError for a layer that works differently in training mode and is in it."""
    for name, module in model.named_modules():
        if module.training and isinstance(module, _CHANGES_IN_TRAINING):
            raise InputError(
                f"layer {name or 'model'!r} ({type(module).__name__}) is in training mode, where "
                "outputs are not a function of the input alone; call model.eval() first"
            )


class RefuseEmptyWindows(TorchFunctionMode):
    """Raise InputError where a max-pooling has a window that holds padding alone.

    Dilation makes that possible. PyTorch's backward pass through such a window writes outside the
    image, which can end the process.
    """

    def __torch_function__(
        self,
        func: Callable[..., Any],
        types: Any,
        args: tuple[Any, ...] = (),
        kwargs: dict[str, Any] | None = None,
    ) -> Any:
        result = func(*args, **(kwargs or {}))
        if getattr(func, "__name__", "").startswith("max_pool") and args:
            pooled = result[0] if isinstance(result, tuple) else result
            if (pooled == -torch.inf).any() and args[0].isfinite().all():
                raise InputError(
                    "a max-pooling has a window that holds padding alone, where its derivative is "
                    "undefined; expected a larger input, less padding or less dilation"
                )
        return result


def checked_example(example: Input) -> Tensor:
    """The example as a float32 tensor."""
    array = _numbers(example)
    if array.size == 0:
        raise InputError(f"an input of shape {array.shape} holds nothing")
    return torch.tensor(array)


def checked_input(x: Input, shape: Shape) -> Floats:
    """`x` as a contiguous float32 array of `shape`, or (H, W) where shape is (1, H, W)."""
    array = _numbers(x)
    if array.shape == shape:
        return array
    accepted = [shape, shape[1:]] if len(shape) == 3 and shape[0] == 1 else [shape]
    if array.shape not in accepted:
        wanted = " or ".join(str(s) for s in accepted)
        raise InputError(
            f"an input of shape {wanted} is accepted, without batch axis, not {array.shape}"
        )
    return array


def _numbers(x: Input) -> Floats:
    if isinstance(x, Tensor):
        x = x.detach()
        x = (x.float() if x.dtype is torch.bfloat16 else x).cpu().numpy()
    try:
        array = np.asarray(x)
    except ValueError as error:
        raise InputError(f"an array of floating point numbers is accepted: {error}") from error
    if array.dtype.kind != "f":
        raise InputError(
            f"an array of floating point numbers is accepted, not {array.dtype}; divide 8-bit "
            "images by 255"
        )
    if array.dtype != np.float32:
        with np.errstate(over="ignore"):
            array = array.astype(np.float32)
    array = np.ascontiguousarray(array)
    # The sum of squares is quicker, and finite for all but huge numbers.
    flat = array.reshape(-1)
    if not isfinite(flat.dot(flat)) and not np.isfinite(array).all():
        raise InputError("an input of finite numbers is accepted; this one holds NaN or infinity")
    return array
