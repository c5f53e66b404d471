"""The path for modules that no plan describes: PyTorch's own graph of the Jacobian, replayed."""

import logging
from collections.abc import Callable
from typing import TypeAlias

import numpy as np
import torch
from torch import Tensor, nn
from torch.fx.experimental.proxy_tensor import make_fx

from jacviz.graph.kernels import Floats

_log = logging.getLogger(__name__)

_Way: TypeAlias = Callable[[Tensor], tuple[Tensor, Tensor]]


class TorchBackend:
    """The first of three ways that works: a traced graph, torch.func.jacrev, one row at a time.

    The module must not change afterwards: hand in a copy.
    """

    def __init__(self, model: nn.Module, example: Tensor, *, trace: bool) -> None:
        self._example = example
        self._shape = example.shape
        self.name, self._way = _choose(model, example, trace=trace)

    def __call__(self, x: Floats) -> tuple[Floats, Floats]:
        """(outputs (M,), Jacobian (M, inputs)) at a flat float32 input; arrays of the caller's."""
        tensor = torch.tensor(x.reshape(self._shape)).to(self._example)
        outputs, jacobian = self._way(tensor)
        return _copied(outputs), _copied(jacobian).reshape(len(outputs), -1)


def _copied(tensor: Tensor) -> Floats:
    return np.array(tensor.detach().to("cpu", torch.float32).numpy())


def _choose(model: nn.Module, example: Tensor, *, trace: bool) -> tuple[str, _Way]:
    def flat(x: Tensor) -> tuple[Tensor, Tensor]:
        outputs = model(x[None]).reshape(-1)
        return outputs, outputs

    jacrev = torch.func.jacrev(flat, has_aux=True)

    def functional(x: Tensor) -> tuple[Tensor, Tensor]:
        jacobian, outputs = jacrev(x)
        return outputs, jacobian

    def rows(x: Tensor) -> tuple[Tensor, Tensor]:
        x = x.detach().requires_grad_()
        with torch.enable_grad():
            outputs = model(x[None].clone()).reshape(-1)
            gradients = [
                torch.autograd.grad(output, x, retain_graph=True, materialize_grads=True)[0]
                for output in outputs
            ]
        return outputs, torch.stack(gradients)

    try:
        functional(example)
    except Exception as error:
        _log.info("torch.func.jacrev does not take this module, rows one by one: %s", error)
        return "torch, one row at a time", rows
    if trace:
        try:
            return "torch, traced", _traced(functional, example)
        except Exception as error:
            _log.info("the Jacobian cannot be traced, torch.func.jacrev instead: %s", error)
    return "torch.func.jacrev", functional


def _traced(functional: _Way, example: Tensor) -> _Way:
    graph = make_fx(functional)(example)

    def replay(x: Tensor) -> tuple[Tensor, Tensor]:
        with torch.no_grad():
            outputs, jacobian = graph(x)
        return outputs, jacobian

    # A trace follows one path: a module whose path depends on its input must not be replayed.
    generator = torch.Generator().manual_seed(0)
    for scale in (1.0, 30.0):
        noise = torch.randn(example.shape, generator=generator).to(example)
        probe = example + scale * noise
        for replayed, direct in zip(replay(probe), functional(probe), strict=True):
            torch.testing.assert_close(replayed, direct, rtol=1e-3, atol=1e-5)
    return replay
