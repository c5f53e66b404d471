"""The network as typed steps, for the methods that write it anew in another library."""

import numpy as np
import torch
from torch import Tensor, nn

from jacviz.graph.read import UnreadableError, read
from jacviz.graph.steps import Plan
from jacviz.ways.numpy_layers import Network


def plan_of(model: nn.Module, x: Tensor) -> Plan:
    """The steps that `model` is made of, one for each of its layers, nothing folded.

    Raises UnreadableError, naming the layer, where no step describes what the module does.
    """
    plan = read(model, x[None], basic=False)
    noise = torch.randn(x.shape, generator=torch.Generator().manual_seed(0)).to(x)
    with torch.no_grad():
        expected = model((x + noise)[None]).reshape(-1).cpu().double().numpy()
    found = Network(plan, np.dtype(np.float64)).outputs((x + noise).cpu().double().numpy())
    if not np.allclose(found, expected, rtol=1e-3, atol=1e-3 * float(np.abs(expected).max())):
        raise UnreadableError(
            type(model).__name__, "what was read of it and the module itself disagree"
        )
    return plan
