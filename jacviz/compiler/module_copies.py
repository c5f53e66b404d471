"""Copies of a module that may be run, traced and changed without anyone noticing."""

import copy
from typing import Any

from torch import Tensor, nn

from jacviz.errors import InputError


def private_copy(model: nn.Module, *, share_parameters: bool = False) -> nn.Module:
    """A copy of its own hooks, buffers and attributes, on request with the model's parameters.

    Raises InputError for a module that copy.deepcopy cannot copy.
    """
    # Tensors that a module has computed for itself, as weight norm does, refuse to be copied.
    memo: dict[int, Any] = {
        id(value): value.detach().clone()
        for module in model.modules()
        for value in vars(module).values()
        if isinstance(value, Tensor) and not value.is_leaf
    }
    if share_parameters:
        memo |= {id(parameter): parameter for parameter in model.parameters()}
    try:
        return copy.deepcopy(model, memo)
    except Exception as error:
        raise InputError(
            f"a model that copy.deepcopy can copy is accepted; {type(model).__name__}: {error}"
        ) from error
