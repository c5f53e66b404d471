"""Attributions by Captum (the extra `attributions`), PyTorch's own library for them.

An independent implementation of the same maps, class by class; `attribute` is the fast one.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from numpy.typing import ArrayLike
from torch import Tensor, nn

from jacviz.compiler.autograd_mode import in_normal_mode, normal_module
from jacviz.errors import InputError
from jacviz.explain.attribution_specs import AttributionName
from jacviz.explain.attributions import (
    DEFAULT_SAMPLES,
    DEFAULT_SIGMA,
    DEFAULT_STEPS,
    Attribution,
    check_options,
    checked_baseline,
)
from jacviz.explain.inputs import checked_ink
from jacviz.output_spaces import Space, check_space

_OUTPUTS: dict[Space, Callable[[Tensor], Tensor]] = {
    "logit": lambda logits: logits,
    "log-probability": lambda logits: logits.log_softmax(1),
    "probability": lambda logits: logits.softmax(1),
}

# One class: (input with batch axis, class) -> its map and, of integrated gradients, the residual.
_One = Callable[[Tensor, int], tuple[Tensor, Tensor | None]]


@in_normal_mode
def attribute_by_captum(
    model: nn.Module,
    image: ArrayLike,
    name: AttributionName = "gradient",
    space: Space = "probability",
    *,
    samples: int = DEFAULT_SAMPLES,
    sigma: float = DEFAULT_SIGMA,
    seed: int = 0,
    steps: int = DEFAULT_STEPS,
    baseline: ArrayLike = 0.0,
) -> Attribution:
    """Compute what `jacviz.explain.attribute` does by Captum, for a module that returns logits.

    The module is called on batches (N, C, H, W); an image (H, W) is one channel. Raises
    InputError where Captum is not installed, and as `attribute` does.
    """
    ink = checked_ink(image)
    check_options(name, samples, sigma, steps)
    check_space(space)
    model = normal_module(model)
    x = torch.from_numpy(ink)[(None,) * (4 - ink.ndim)]
    start = torch.from_numpy(checked_baseline(baseline, ink).copy()).reshape(x.shape)
    one = _one(model, name, space, samples, sigma, steps, start)
    with torch.random.fork_rng(devices=[]):
        pairs = []
        for k in range(model(x).shape[1]):
            torch.manual_seed(seed)  # the same noise for every class
            pairs.append(one(x.clone().requires_grad_(), k))
    maps = torch.cat([shares for shares, _ in pairs]).detach().numpy()
    residuals = [residual.item() for _, residual in pairs if residual is not None]
    return Attribution(
        name,
        space,
        np.asarray(maps, dtype=np.float32).reshape(-1, *ink.shape),
        np.array(residuals) if residuals else None,
    )


def _one(
    model: nn.Module,
    name: AttributionName,
    space: Space,
    samples: int,
    sigma: float,
    steps: int,
    baseline: Tensor,
) -> _One:
    captum = _captum()

    def outputs(x: Tensor) -> Tensor:
        return _OUTPUTS[space](model(x))

    gradient = captum.Saliency(outputs)
    if name == "gradient":
        return lambda x, k: (gradient.attribute(x, target=k, abs=False), None)
    if name == "gradient-x-ink":
        product = captum.InputXGradient(outputs)
        return lambda x, k: (product.attribute(x, target=k), None)
    if name == "smoothgrad":
        tunnel = captum.NoiseTunnel(gradient)
        return lambda x, k: (
            tunnel.attribute(x, nt_samples=samples, stdevs=sigma, target=k, abs=False),
            None,
        )
    integrated = captum.IntegratedGradients(outputs)
    result: _One = lambda x, k: integrated.attribute(  # noqa: E731
        x, baselines=baseline, target=k, n_steps=steps, return_convergence_delta=True
    )
    return result


def _captum() -> Any:
    try:
        from captum import attr
    except ImportError as error:
        raise InputError(
            'expected Captum to be installed; run pip install "jacviz[attributions]"'
        ) from error
    return attr
