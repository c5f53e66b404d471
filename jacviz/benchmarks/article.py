"""The table of the 2018 article: its rows, what it measured then, and its check."""

from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor, nn

from jacviz.typing import Float64Array

# Method and seconds on the author's laptop; jacviz's own row has no figure of then.
THEN = {"tensorflow": 0.658, "autograd": 3.69e-3, "layers": 115e-6}
ROWS: dict[str, float | None] = {**THEN, "compiled": None}


def is_jacobian_correct(
    jacobian: Callable[[Tensor], Tensor], model: nn.Module, x: Tensor, seed: int = 0
) -> bool:
    """The article's check: forward differences of 1e-5 at five inputs, equal to 1e-3.

    `model` and `x` are in double precision. `jacviz.check` is what it has grown into.
    """

    def outputs(x: Tensor) -> Float64Array:
        with torch.no_grad():
            row: Float64Array = model(x[None])[0].numpy()
        return row

    step = 1e-5
    computed = jacobian(x).numpy()
    for place in np.random.default_rng(seed).choice(len(x), 5, replace=False):
        moved = x.clone()
        moved[place] += step
        numeric = (outputs(moved) - outputs(x)) / step
        if not (np.abs(computed[:, place] - numeric) < 1e-3).all():
            return False
    return True
