"""Validate the module and the input of every method."""

from numpy.typing import ArrayLike
from torch import Tensor, nn

from jacviz.compiler.inputs import (
    check_model,
    checked_outputs,
    checked_tensor,
    reference_tensor,
    short_name,
)
from jacviz.errors import InputError


def checked_input(model: nn.Module, x: ArrayLike | Tensor) -> Tensor:
    """Return `x` as a detached tensor that `model` takes, without batch axis.

    Raises InputError for a module that cannot be differentiated, in training mode or quantized,
    one whose outputs vary or are not one floating point tensor, and an input that is empty, not
    finite, or of another dtype or device than the module's. Lists and long doubles, which have no
    dtype of PyTorch's, take the module's.
    """
    check_model(model)
    reference = reference_tensor(model)
    tensor = checked_tensor(x, reference)
    if reference is not None:
        _check_dtype_and_device(tensor, reference)
    try:
        checked_outputs(model, tensor[None])
    except InputError:
        raise
    except Exception as error:
        raise InputError(
            f"expected an input that the model takes with a batch axis in front, got a batch of "
            f"shape {(1, *tensor.shape)}, which it does not take: {error}"
        ) from error
    return tensor


def _check_dtype_and_device(x: Tensor, reference: Tensor) -> None:
    for what, ours, theirs in (
        ("in", short_name(x.dtype), short_name(reference.dtype)),
        ("on", x.device.type, reference.device.type),
    ):
        if ours != theirs:
            raise InputError(
                f"expected an input {what} {theirs} like the model, got one {what} {ours}; "
                f"convert one: x.to(next(model.parameters())), or model.to(x)"
            )
