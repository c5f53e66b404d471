"""The 2018 article's table: its methods, their times, and its check."""

from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor, nn

from jacviz.typing import Float64Array

# By method, on the author's laptop.
SECONDS_2018 = {"tensorflow": 0.658, "autograd": 3.69e-3, "layers": 115e-6}
ROWS: dict[str, float | None] = {**SECONDS_2018, "compiled": None}


def is_jacobian_correct(
    jacobian: Callable[[Tensor], Tensor], model: nn.Module, x: Tensor, seed: int = 0
) -> bool:
    """Run the article's check: forward differences of 1e-5 at five inputs, equal to 1e-3.

    `model` and `x` are in double precision. `jacviz.check` is stricter.
    """

    def outputs(x: Tensor) -> Float64Array:
        with torch.no_grad():
            row: Float64Array = model(x[None])[0].numpy()
        return row

    step = 1e-5
    computed = jacobian(x).numpy()
    for index in np.random.default_rng(seed).choice(len(x), 5, replace=False):
        moved = x.clone()
        moved[index] += step
        numeric = (outputs(moved) - outputs(x)) / step
        if not (np.abs(computed[:, index] - numeric) < 1e-3).all():
            return False
    return True
