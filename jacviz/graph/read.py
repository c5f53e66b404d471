"""From a PyTorch module to a plan: what torch.fx sees, as typed steps."""

import inspect
from typing import Any

import torch
from torch import Tensor, fx, nn
from torch.nn.modules import module as torch_module

from jacviz.graph.layers import FUNCTIONS, METHODS, MODULES
from jacviz.graph.readers import Reader, Value
from jacviz.graph.steps import Plan, Softmax, Step


class UnreadableError(Exception):
    """A module holds something that no step describes; `layer` names it, `reason` says why."""

    def __init__(self, layer: str, reason: str) -> None:
        super().__init__(f"{layer}: {reason}")
        self.layer = layer
        self.reason = reason


# What these give depends on the shape of a tensor only, never on its numbers.
_SHAPE_METHODS = {"size", "dim", "numel", "ndimension"}
_SHAPE_ATTRIBUTES = {"shape", "ndim", "dtype", "device"}


def read(model: nn.Module, batch: Tensor) -> Plan:
    """The plan of an eval-mode module, for an input with a batch axis of length one.

    Raises UnreadableError, naming the layer, where the module does something that no step covers.
    """
    if type(model) in MODULES:
        # Seen from outside it is one layer; torch.fx would look inside.
        model = nn.Sequential(model).train(model.training)
    _refuse_hooks(model)
    try:
        graph = fx.Tracer().trace(model)
    except Exception as error:
        raise UnreadableError(type(model).__name__, f"torch.fx cannot trace it: {error}") from error
    values = _evaluate(model, graph, batch)

    steps: list[Step] = []
    current = next(node for node in graph.nodes if node.op == "placeholder")
    depends = {current}
    for node in graph.nodes:
        inputs = [n for n in node.all_input_nodes if n in depends]
        if not inputs or _asks_for_shape(node):
            continue
        layer = _name(model, node)
        if inputs != [current]:
            raise UnreadableError(layer, "it takes values from more than one place")
        if node.op == "output":
            break
        if not node.users:
            raise UnreadableError(layer, "nothing uses its result")
        if not isinstance(values[node], Tensor):
            raise UnreadableError(layer, "it gives something other than a tensor")
        steps += _steps(model, node, layer, current, values)
        depends.add(node)
        current = node
    if graph.output_node().args != (current,):
        raise UnreadableError(type(model).__name__, "it returns something other than one tensor")
    if any(isinstance(step, Softmax) for step in steps[:-1]):
        raise UnreadableError(type(model).__name__, "a softmax is not its last step")
    return Plan(tuple(batch.shape[1:]), tuple(steps))


def _refuse_hooks(model: nn.Module) -> None:
    hooks = torch_module._global_forward_hooks or torch_module._global_forward_pre_hooks
    if hooks:
        raise UnreadableError(type(model).__name__, "PyTorch has global forward hooks")
    for name, module in model.named_modules():
        if module._forward_hooks or module._forward_pre_hooks:
            raise UnreadableError(name or type(module).__name__, "it has forward hooks")


def _evaluate(model: nn.Module, graph: fx.Graph, batch: Tensor) -> dict[fx.Node, Any]:
    """Every node's value at one input; gives shapes and constants."""
    values: dict[fx.Node, Any] = {}

    class Recorder(fx.Interpreter):
        def run_node(self, n: fx.Node) -> Any:
            values[n] = super().run_node(n)
            return values[n]

    try:
        with torch.no_grad():
            Recorder(fx.GraphModule(model, graph), garbage_collect_values=False).run(batch.clone())
    except Exception as error:
        raise UnreadableError(type(model).__name__, f"its trace does not run: {error}") from error
    return values


def _asks_for_shape(node: fx.Node) -> bool:
    if node.op == "call_method":
        return node.target in _SHAPE_METHODS
    return (
        node.op == "call_function" and node.target is getattr and node.args[1] in _SHAPE_ATTRIBUTES
    )


def _steps(
    model: nn.Module, node: fx.Node, layer: str, current: fx.Node, values: dict[fx.Node, Any]
) -> list[Step]:
    value = Value(tuple(values[current].shape), tuple(values[node].shape))

    def constant(argument: fx.Node) -> Any:
        return value if argument is current else values[argument]

    args: tuple[Any, ...]
    reader: Reader | None
    if node.op == "call_module":
        module = model.get_submodule(str(node.target))
        reader, args, kwargs = MODULES.get(type(module)), (value, module), {}
    else:
        table = METHODS if node.op == "call_method" else FUNCTIONS
        reader = table.get(node.target)
        args = fx.node.map_arg(node.args, constant)
        kwargs = fx.node.map_arg(node.kwargs, constant)
    if reader is None:
        raise UnreadableError(layer, "no step describes it")
    return _call(reader, layer, args, kwargs)


def _call(reader: Reader, layer: str, args: Any, kwargs: Any) -> list[Step]:
    try:
        inspect.signature(reader).bind(*args, **kwargs)
    except TypeError as error:
        raise UnreadableError(layer, f"its arguments are not covered: {error}") from None
    try:
        return reader(*args, **kwargs)
    except NotImplementedError as error:
        raise UnreadableError(layer, str(error)) from None


def _name(model: nn.Module, node: fx.Node) -> str:
    if node.op == "call_module":
        module = model.get_submodule(str(node.target))
        return f"{node.target} ({type(module).__name__})"
    if node.op == "call_function":
        return f"{node.name} ({getattr(node.target, '__name__', node.target)})"
    return f"{node.name} ({node.target})"
