"""Copy modules, so that running, tracing and changing them leaves the original unchanged."""

import copy
from typing import Any

from torch import Tensor, nn

from jacviz.errors import InputError


def private_copy(model: nn.Module, *, share_parameters: bool = False) -> nn.Module:
    """Copy a module with its hooks, buffers and attributes; optionally share its parameters.

    Raises InputError for a module that copy.deepcopy cannot copy.
    """
    # deepcopy rejects computed tensors, such as those of weight norm.
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
            f"expected a model that copy.deepcopy can copy, got {type(model).__name__}: {error}"
        ) from error
