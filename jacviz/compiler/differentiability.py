"""Detect operators that silently stop gradients."""

from collections.abc import Iterable, Iterator
from typing import Any

import torch
from torch import Tensor, nn
from torch.autograd.graph import Node
from torch.overrides import TorchFunctionMode

from jacviz.errors import InputError

_QUANTIZED_MODULES = ("torch.ao.nn.quantized", "torch.ao.nn.intrinsic.quantized")
# These compute in floating point until torch.ao.quantization.convert replaces them.
_FLOATING_POINT_CLASSES = ("FloatFunctional", "FXFloatFunctional")


def refuse_quantized(module: nn.Module, layer: str) -> None:
    """Raise InputError for a quantized layer: PyTorch has no derivatives of its operators."""
    module_path = type(module).__module__
    quantized = module_path.startswith(_QUANTIZED_MODULES) and ".reference" not in module_path
    if quantized and type(module).__name__ not in _FLOATING_POINT_CLASSES:
        raise InputError(f"{layer} {_NO_DERIVATIVE}")


_NO_DERIVATIVE = (
    "is quantized, and PyTorch has no derivatives of quantized operators; use the model as it was "
    "before it was quantized"
)


def refuse_cut_gradients(model: nn.Module, batch: Tensor) -> None:
    """Raise InputError if operators without a derivative lie between the batch and the outputs.

    What is detached on purpose, and what does not depend on the batch, counts as constant.
    """
    source = batch.detach().clone().requires_grad_()
    quantized = _QuantizationRecorder()
    try:
        with torch.enable_grad(), torch.random.fork_rng(devices=[]), quantized:
            outputs = model(source.clone())
    except Exception:  # reported by the methods that need gradients
        return
    if quantized.operator is not None:
        raise InputError(f"the result of {quantized.operator} {_NO_DERIVATIVE}")
    if outputs.grad_fn is not None and _is_cut(outputs.grad_fn, source):
        raise InputError(
            "the model uses an operator for which PyTorch has no derivative, so that its Jacobian "
            "would come out as zero; quantized layers are such, and operators of other libraries"
        )


class _QuantizationRecorder(TorchFunctionMode):
    """Record an operator that turns something differentiable into a quantized tensor."""

    operator: str | None = None

    def __torch_function__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: Any = None
    ) -> Any:
        result = func(*args, **(kwargs or {}))
        if isinstance(result, Tensor) and result.is_quantized and _any_requires_grad(args):
            self.operator = getattr(func, "__name__", str(func))
        return result


def _any_requires_grad(values: Iterable[Any]) -> bool:
    return any(isinstance(value, Tensor) and value.requires_grad for value in values)


def _is_cut(last: Node, source: Tensor) -> bool:
    """Whether a path back to the source passes through a node without a gradient."""
    reaches: dict[Node, bool] = {}
    for node in _nodes(last):
        reaches[node] = getattr(node, "variable", None) is source or any(
            reaches[before] for before, _ in node.next_functions if before is not None
        )
        if reaches[node] and node.name().endswith("WarnNotImplemented"):
            return True
    return False


def _nodes(last: Node) -> Iterator[Node]:
    """All nodes of a graph, each after those that it reaches to."""
    seen: set[Node] = set()
    stack: list[tuple[Node, bool]] = [(last, False)]
    while stack:
        node, done = stack.pop()
        if done:
            yield node
        elif node not in seen:
            seen.add(node)
            stack.append((node, True))
            stack += [(n, False) for n, _ in node.next_functions if n is not None]
