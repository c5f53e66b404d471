"""The network as typed steps, for the methods that rebuild it in another library."""

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

from torch import Tensor, nn

from jacviz.compiler.frontend.fx import UnsupportedModuleError, plan_from_module
from jacviz.compiler.ir import Plan
from jacviz.compiler.verification import disagreement

# In the arrays of whichever library the method uses.
Function: TypeAlias = Callable[[Any], Any]


def composed(functions: Sequence[Function]) -> Function:
    """The functions applied one after another; no functions are the identity."""

    def apply(x: Any) -> Any:
        for function in functions:
            x = function(x)
        return x

    return apply


def plan_of(model: nn.Module, x: Tensor) -> Plan:
    """Return the steps of `model` in the order of its layers, without folding.

    Raises UnsupportedModuleError, naming the layer, where no step describes what the module does.
    """
    plan = plan_from_module(model, x[None])
    reason = disagreement(plan, model, x[None])
    if reason:
        raise UnsupportedModuleError(type(model).__name__, reason)
    return plan
