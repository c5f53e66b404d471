"""torch.func.jacrev, traced to a list of plain operations once and replayed for every input."""

import torch
from torch import Tensor, fx, nn
from torch.fx.experimental.proxy_tensor import make_fx

from jacviz.errors import InputError
from jacviz.ways.func import reverse
from jacviz.ways.table import Run


def prepare(model: nn.Module, x: Tensor) -> Run:
    return without_gradients(trace(model, x))


def trace(model: nn.Module, x: Tensor) -> fx.GraphModule:
    """The operations from an input like `x` to the Jacobian.

    A trace follows one path; raises InputError for a module whose path depends on its input.
    """
    jacrev = reverse(model, x)
    graph = make_fx(jacrev)(x)
    generator = torch.Generator().manual_seed(0)
    for scale in (1.0, 30.0):
        probe = x + scale * torch.randn(x.shape, generator=generator).to(x)
        with torch.no_grad():
            replayed = graph(probe)
        if not torch.allclose(replayed, jacrev(probe), rtol=1e-3, atol=1e-5):
            raise InputError("what it does depends on its input, and a trace follows one path")
    return graph


def without_gradients(graph: Run) -> Run:
    def replay(x: Tensor) -> Tensor:
        with torch.no_grad():
            return graph(x)

    return replay
