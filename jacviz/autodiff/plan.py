"""The network as typed steps, for the methods that write it anew in another library."""

from torch import Tensor, nn

from jacviz.compiler.frontend.fx import UnsupportedModuleError, read
from jacviz.compiler.ir import Plan
from jacviz.compiler.verification import disagreement


def plan_of(model: nn.Module, x: Tensor) -> Plan:
    """The steps that `model` is made of, in the order of its layers, nothing folded.

    Raises UnsupportedModuleError, naming the layer, where no step describes what the module does.
    """
    plan = read(model, x[None])
    reason = disagreement(plan, model, x[None])
    if reason:
        raise UnsupportedModuleError(type(model).__name__, reason)
    return plan
