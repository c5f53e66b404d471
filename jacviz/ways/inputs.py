"""What every method accepts: a module that answers with a function of its input, and an input."""

import torch
from numpy.typing import ArrayLike
from torch import Tensor, nn

from jacviz.errors import InputError
from jacviz.graph.inputs import RefuseEmptyWindows, refuse_training


def checked(model: nn.Module, x: ArrayLike | Tensor) -> Tensor:
    """`x` as a tensor that `model` takes, detached, without batch axis.

    Raises InputError for a module in training mode whose outputs are then not a function of its
    input alone, one whose answers vary or are not one floating point tensor, and an input that is
    empty, not finite, or of another dtype or device than the module's.
    """
    if not isinstance(model, nn.Module):
        raise InputError(f"a model is a torch.nn.Module, not {type(model).__name__}")
    refuse_training(model)
    x = _numbers(x)
    _refuse_mismatch(model, x)
    if not x.isfinite().all():
        raise InputError("an input of finite numbers is accepted; this one holds NaN or infinity")
    try:
        with torch.no_grad(), torch.random.fork_rng(devices=[]):
            with RefuseEmptyWindows():
                outputs = model(x[None].clone())
            again = model(x[None].clone())
    except InputError:
        raise
    except Exception as error:
        raise InputError(
            f"the model does not take a batch of shape {(1, *x.shape)}, made of the input with a "
            f"batch axis in front: {error}"
        ) from error
    if not isinstance(outputs, Tensor) or not outputs.is_floating_point():
        raise InputError(
            f"the model returns {type(outputs).__name__}; it must return one tensor of floating "
            "point numbers"
        )
    if not torch.allclose(outputs, again, rtol=1e-3, atol=1e-5, equal_nan=True):
        raise InputError(
            "the model answers differently to the same input; switch what is random off "
            "(model.eval())"
        )
    return x


def _numbers(x: ArrayLike | Tensor) -> Tensor:
    if not isinstance(x, Tensor):
        try:
            x = torch.tensor(x)  # of a list: single precision
        except (TypeError, ValueError) as error:
            raise InputError(f"an array of floating point numbers is accepted: {error}") from error
    if not x.is_floating_point():
        raise InputError(
            f"an input of floating point numbers is accepted, not {_plain(x.dtype)}; divide 8-bit "
            "images by 255"
        )
    if x.numel() == 0:
        raise InputError(f"an input of shape {tuple(x.shape)} holds nothing")
    return x.detach()


def _refuse_mismatch(model: nn.Module, x: Tensor) -> None:
    home = next((t for t in [*model.parameters(), *model.buffers()] if t.is_floating_point()), None)
    if home is None:
        return
    for what, ours, theirs in (
        ("in", _plain(x.dtype), _plain(home.dtype)),
        ("on", x.device.type, home.device.type),
    ):
        if ours != theirs:
            raise InputError(
                f"the model computes {what} {theirs} and the input is {what} {ours}; convert one: "
                f"x.to(next(model.parameters())), or model.to(x)"
            )


def _plain(dtype: torch.dtype) -> str:
    return str(dtype).removeprefix("torch.")
