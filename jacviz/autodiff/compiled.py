"""jacviz's own compiled graph."""

import torch
from torch import Tensor, nn

from jacviz.autodiff.registry import Run
from jacviz.compiler import compile_jacobian


def prepare(model: nn.Module, x: Tensor) -> Run:
    graph = compile_jacobian(model, x)
    return lambda x: torch.from_numpy(graph(x)[1]).to(x)
