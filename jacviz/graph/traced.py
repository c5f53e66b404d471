"""The path for modules that no plan describes: PyTorch's own graph of the Jacobian, replayed."""

import logging
from collections.abc import Callable
from functools import partial
from typing import Any, TypeAlias

import numpy as np
import torch
from torch import Tensor, fx, nn
from torch.fx.experimental.proxy_tensor import make_fx

from jacviz.errors import InputError
from jacviz.graph.autograd_mode import in_normal_mode
from jacviz.graph.kernels import Floats

_log = logging.getLogger(__name__)

_Way: TypeAlias = Callable[[Tensor], tuple[Tensor, Tensor]]


class TorchBackend:
    """The first of three ways that works: a traced graph, torch.func.jacrev, one row at a time.

    The module must not change afterwards: hand in a copy.
    """

    reason: str | None = None
    memory: str | None = None

    def __init__(self, model: nn.Module, example: Tensor, *, trace: bool) -> None:
        self._example = example
        self._shape = example.shape
        self._made_of = partial(TorchBackend, model, example, trace=trace)
        self.name, self._way = _choose(model, example, trace=trace)

    def __reduce__(self) -> tuple[Callable[[], "TorchBackend"], tuple[()]]:
        # Traces and closures do not travel: they are made again.
        return self._made_of, ()

    @in_normal_mode
    def __call__(self, x: Floats) -> tuple[Floats, Floats]:
        """(outputs (M,), Jacobian (M, inputs)) at a flat float32 input; arrays of the caller's."""
        tensor = torch.tensor(x.reshape(self._shape)).to(self._example)
        with torch.no_grad():
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
            return "torch, traced", traced(functional, example)
        except Exception as error:
            _log.info("the Jacobian cannot be traced, torch.func.jacrev instead: %s", error)
    return "torch.func.jacrev", functional


def traced(function: Callable[[Tensor], Any], example: Tensor) -> fx.GraphModule:
    """The operations that `function`, of one or more tensors as results, is made of.

    A trace follows one path; raises InputError for a function whose path depends on its input.
    """
    graph = make_fx(function)(example)
    generator = torch.Generator().manual_seed(0)
    for scale in (1.0, 30.0):
        probe = example + scale * torch.randn(example.shape, generator=generator).to(example)
        with torch.no_grad():
            replayed = graph(probe)
        try:
            torch.testing.assert_close(replayed, function(probe), rtol=1e-3, atol=1e-5)
        except AssertionError as error:
            raise InputError(
                "what it does depends on its input, and a trace follows one path"
            ) from error
    return graph
