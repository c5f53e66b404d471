"""Run modules without a plan: PyTorch's own graph of the Jacobian, traced and replayed."""

import logging
import os
from collections.abc import Callable
from functools import partial
from typing import Any, TypeAlias

import numpy as np
import torch
from torch import Tensor, fx, nn
from torch.fx.experimental.proxy_tensor import make_fx

from jacviz.compiler.autograd_mode import in_normal_mode
from jacviz.compiler.frontend.fx import TRACING
from jacviz.compiler.module_copies import private_copy
from jacviz.errors import InputError
from jacviz.typing import Float32Array

_log = logging.getLogger(__name__)

_JacobianFunction: TypeAlias = Callable[[Tensor], tuple[Tensor, Tensor]]

# Copies of the module kept for later calls.
_MAX_IDLE_COPIES = os.cpu_count() or 1


class TorchBackend:
    """Use the first that works: a traced graph, torch.func.jacrev, one row at a time.

    All give autograd's derivatives. A module may write to its attributes and buffers while it runs:
    every concurrent call has its own copy, which shares the parameters alone.

    The module must not change afterwards: hand in a copy. Raises InputError for one that autograd
    cannot differentiate.
    """

    reason: str | None = None
    memory: str | None = None

    def __init__(self, model: nn.Module, example: Tensor, *, trace: bool) -> None:
        self._example = example
        self._shape = example.shape
        self._rebuild = partial(TorchBackend, model, example, trace=trace)
        self.name, self._new_function = _select(model, example, trace=trace)
        self._idle: list[_JacobianFunction] = []

    def __reduce__(self) -> tuple[Callable[[], "TorchBackend"], tuple[()]]:
        # Traces and closures cannot be pickled: they are built again.
        return self._rebuild, ()

    @in_normal_mode
    def __call__(self, x: Float32Array) -> tuple[Float32Array, Float32Array]:
        """(outputs (M,), Jacobian (M, inputs)) at a flat float32 input; arrays of the caller's."""
        # list.pop and list.append are atomic: callers never share a copy of the module.
        try:
            function = self._idle.pop()
        except IndexError:
            function = self._new_function()
        try:
            with torch.no_grad():
                tensor = torch.tensor(x.reshape(self._shape)).to(self._example)
                outputs, jacobian = function(tensor)
        finally:
            if len(self._idle) < _MAX_IDLE_COPIES:
                self._idle.append(function)
        return _to_numpy(outputs), _to_numpy(jacobian).reshape(len(outputs), -1)


def _to_numpy(tensor: Tensor) -> Float32Array:
    return np.array(tensor.detach().to("cpu", torch.float32).numpy())


def _vectorized(model: nn.Module) -> _JacobianFunction:
    def flat(x: Tensor) -> tuple[Tensor, Tensor]:
        outputs = model(x[None]).reshape(-1)
        return outputs, outputs

    jacrev = torch.func.jacrev(flat, has_aux=True)

    def functional(x: Tensor) -> tuple[Tensor, Tensor]:
        jacobian, outputs = jacrev(x)
        return outputs, jacobian

    return functional


def _row_by_row(model: nn.Module, only: slice = slice(None)) -> _JacobianFunction:
    """Autograd as it is, one backward pass for each output, or for `only` some."""

    def rows(x: Tensor) -> tuple[Tensor, Tensor]:
        x = x.detach().requires_grad_()
        with torch.enable_grad():
            outputs = model(x[None].clone()).reshape(-1)
            if not outputs.requires_grad:
                # All of it was computed with gradients switched off.
                return outputs, x.new_zeros(len(outputs[only]), *x.shape)
            gradients = [
                torch.autograd.grad(output, x, retain_graph=True, materialize_grads=True)[0]
                for output in outputs[only].unbind()
            ]
        return outputs, torch.stack(gradients)

    return rows


def _select(
    model: nn.Module, example: Tensor, *, trace: bool
) -> tuple[str, Callable[[], _JacobianFunction]]:
    """Return a name, and a factory of functions that serve one caller at a time."""
    before = {name: tensor._version for name, tensor in model.named_parameters()}
    share = True

    def new_copy() -> nn.Module:
        return private_copy(model, share_parameters=share)

    generator = torch.Generator().manual_seed(0)
    probe = example + torch.randn(example.shape, generator=generator).to(example)
    try:
        outputs, _ = _row_by_row(new_copy(), slice(1))(probe)
        some = slice(None, None, max(1, len(outputs) // 4))
        expected = _row_by_row(new_copy(), some)(probe)
    except Exception as error:
        raise InputError(
            f"expected a model that PyTorch can differentiate, got one that it cannot: {error}"
        ) from error
    share = all(p._version == before[name] for name, p in model.named_parameters())
    try:
        found, jacobian = _vectorized(new_copy())(probe)
        _assert_close((found, jacobian[some]), expected)
    except Exception as error:
        _log.info("torch.func.jacrev rejects this module; using one row at a time: %s", error)
        return "torch, one row at a time", lambda: _row_by_row(new_copy())
    if trace:
        try:
            graph = traced(_vectorized(new_copy()), example)
        except Exception as error:
            _log.info("the Jacobian cannot be traced; using torch.func.jacrev: %s", error)
        else:
            return "torch, traced", lambda: graph
    return "torch.func.jacrev", lambda: _vectorized(new_copy())


def _assert_close(found: Any, expected: Any) -> None:
    """Raise AssertionError where results differ by more than 1e-5 of the largest number."""
    found, expected = (
        results if isinstance(results, tuple) else (results,) for results in (found, expected)
    )
    for one, other in zip(found, expected, strict=True):
        largest = float(other.detach().abs().nan_to_num().max()) if other.numel() else 0.0
        tolerance = max(1e-5, 64 * torch.finfo(other.dtype).eps)
        torch.testing.assert_close(
            one, other, rtol=0, atol=tolerance * largest + 1e-12, equal_nan=True
        )


def traced(function: Callable[[Tensor], Any], example: Tensor) -> fx.GraphModule:
    """Trace the operations of `function`, which returns one or more tensors.

    A trace follows one path; raises InputError for a function whose path depends on its input,
    and for one that writes to what it keeps.
    """
    with TRACING:
        graph = make_fx(function)(example)
    kept = [value for value in vars(graph).values() if isinstance(value, Tensor)]
    kept += [*graph.parameters(), *graph.buffers()]
    before = [value._version for value in kept]
    generator = torch.Generator().manual_seed(0)
    for scale in (1.0, -1.0, 30.0):
        probe = example + scale * torch.randn(example.shape, generator=generator).to(example)
        with torch.no_grad():
            replayed = graph(probe)
        try:
            _assert_close(replayed, function(probe))
        except AssertionError as error:
            raise InputError(
                "expected a function without data-dependent control flow: a trace follows one path"
            ) from error
    if any(value._version != version for value, version in zip(kept, before, strict=True)):
        raise InputError(
            "expected a function that does not modify its state, which threads would share"
        )
    return graph
