"""Detect hooks, replaced methods and patched functions that change what a module computes."""

import inspect
from types import FunctionType
from typing import Any

import torch
from torch import nn
from torch.nn import functional
from torch.nn.modules import module as torch_module

_GLOBAL_HOOKS = (
    "_global_forward_hooks",
    "_global_forward_pre_hooks",
    "_global_backward_hooks",
    "_global_backward_pre_hooks",
)
_FORWARD_HOOKS = ("_forward_hooks", "_forward_pre_hooks")
_BACKWARD_HOOKS = ("_backward_hooks", "_backward_pre_hooks")

# Functions that the layers of torch.nn call.
_FUNCTIONS = [
    (owner, name)
    for owner, names in (
        (
            functional,
            "adaptive_avg_pool2d avg_pool2d batch_norm conv2d dropout elu gelu leaky_relu linear"
            " log_softmax max_pool2d relu sigmoid silu softmax tanh",
        ),
        (torch, "flatten log_softmax max_pool2d relu sigmoid softmax tanh"),
    )
    for name in names.split()
]


def find_monkeypatch(model: nn.Module) -> tuple[str, str] | None:
    """Return (layer, reason) of the first change to the layers' documented behaviour, or None."""
    whole = type(model).__name__
    if any(getattr(torch_module, hooks) for hooks in _GLOBAL_HOOKS):
        return whole, "PyTorch has global module hooks"
    for owner, name in _FUNCTIONS:
        if not _is_from_torch(getattr(owner, name)):
            return whole, f"{owner.__name__}.{name} is replaced"
    if not _is_from_torch(nn.Module.__call__):
        return whole, "torch.nn.Module.__call__ is replaced"
    for name, module in model.named_modules():
        reason = _module_monkeypatch(module)
        if reason:
            return name or whole, reason
    return None


def _module_monkeypatch(module: nn.Module) -> str | None:
    class_ = type(module)
    if any(getattr(module, hooks) for hooks in _FORWARD_HOOKS):
        return "it has forward hooks"
    if any(getattr(module, hooks) for hooks in _BACKWARD_HOOKS):
        return "it has backward hooks"
    if class_.__call__ is not nn.Module.__call__:
        return "its class replaces __call__"
    for name, value in vars(module).items():
        if callable(value) and inspect.isroutine(getattr(class_, name, None)):
            return f"its {name} is replaced"
    if class_.__module__.startswith("torch.nn."):
        for base in class_.__mro__[: class_.__mro__.index(nn.Module)]:
            for name, value in vars(base).items():
                if isinstance(value, FunctionType) and not _is_from_torch(value):
                    return f"{base.__name__}.{name} is replaced"
    return None


def _is_from_torch(function: Any) -> bool:
    if not isinstance(function, FunctionType):
        return inspect.isbuiltin(function) or type(function).__module__.startswith("torch")
    # Wrappers copy a function's name and module, not where its code looks names up.
    namespace = str(function.__globals__.get("__name__", ""))
    return namespace == "torch" or namespace.startswith("torch.")
