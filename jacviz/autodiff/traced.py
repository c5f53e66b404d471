"""torch.func.jacrev, traced to a list of plain operations once and replayed for every input."""

import torch
from torch import Tensor, fx, nn

from jacviz.autodiff.func import reverse
from jacviz.autodiff.registry import Run
from jacviz.compiler.backends.torch_fx import traced


def prepare(model: nn.Module, x: Tensor) -> Run:
    return without_gradients(trace(model, x))


def trace(model: nn.Module, x: Tensor) -> fx.GraphModule:
    """The operations from an input like `x` to the Jacobian.

    A trace follows one path; raises InputError for a module whose path depends on its input.
    """
    return traced(reverse(model, x), x)


def without_gradients(graph: Run) -> Run:
    def replay(x: Tensor) -> Tensor:
        with torch.no_grad():
            return graph(x)

    return replay
