"""Convert a PyTorch module to a plan, from its torch.fx trace."""

import inspect
import operator
from collections.abc import Callable, Iterator, Sequence
from threading import Lock, get_ident
from typing import Any

import torch
from torch import Tensor, fx, nn

from jacviz.compiler.frontend.monkeypatches import find_monkeypatch
from jacviz.compiler.frontend.op_table import FUNCTIONS, METHODS, MODULES
from jacviz.compiler.frontend.operators import Converter, Value
from jacviz.compiler.ir import Plan, Softmax, Step, Sum
from jacviz.compiler.module_copies import private_copy


class UnsupportedModuleError(Exception):
    """A module has no plan: `layer` names the unsupported part, `reason` says why."""

    def __init__(self, layer: str, reason: str) -> None:
        super().__init__(f"{layer}: {reason}")
        self.layer = layer
        self.reason = reason


# Their results depend on a tensor's shape only.
_SHAPE_METHODS = {"size", "dim", "numel", "ndimension"}
_ADD_FUNCTIONS = {operator.add, operator.iadd, torch.add}
# Shared parts of branches are duplicated, which could grow exponentially.
_MAX_STEPS = 500
_SHAPE_ATTRIBUTES = {"shape", "ndim", "dtype", "device"}

# While torch.fx traces it replaces nn.Module.__call__; two traces at once could leave it replaced.
TRACING = Lock()


class _Tracer(fx.Tracer):
    """Records what is computed with gradients switched off; other threads are not traced."""

    def __init__(self) -> None:
        super().__init__()
        self.detached: set[fx.Node] = set()
        self._thread = get_ident()

    def create_node(self, *args: Any, **kwargs: Any) -> fx.Node:
        node = super().create_node(*args, **kwargs)
        if not torch.is_grad_enabled() or torch.is_inference_mode_enabled():
            self.detached.add(node)
        return node

    def call_module(self, m: nn.Module, forward: Callable[..., Any], args: Any, kwargs: Any) -> Any:
        if get_ident() != self._thread:
            return forward(*args, **kwargs)
        return super().call_module(m, forward, args, kwargs)

    def getattr(self, attr: str, attr_val: Any, parameter_proxy_cache: dict[str, Any]) -> Any:
        if get_ident() != self._thread:
            return attr_val
        return super().getattr(attr, attr_val, parameter_proxy_cache)


def plan_from_module(model: nn.Module, batch: Tensor) -> Plan:
    """Return the plan of an eval-mode module, for an input with a batch axis of length one.

    The module is not modified.

    Raises UnsupportedModuleError, naming the layer, for operations that no step describes and for
    any other failure.
    """
    with TRACING:
        changed = find_monkeypatch(model)
    if changed:
        raise UnsupportedModuleError(*changed)
    try:
        with torch.inference_mode(False), torch.enable_grad():
            return _read(private_copy(model, share_parameters=True), batch)
    except UnsupportedModuleError:
        raise
    except Exception as error:
        reason = f"it cannot be read: {type(error).__name__}: {error}"
        raise UnsupportedModuleError(type(model).__name__, reason) from error


def _read(model: nn.Module, batch: Tensor) -> Plan:  # noqa: PLR0912
    if type(model) in MODULES:
        # torch.fx does not trace the root as one layer.
        model = nn.Sequential(model).train(model.training)
    tracer = _Tracer()
    try:
        with TRACING:
            graph = tracer.trace(model)
    except Exception as error:
        raise UnsupportedModuleError(
            type(model).__name__, f"torch.fx cannot trace it: {error}"
        ) from error
    flow = _dataflow(graph)
    for node in flow:
        if node in tracer.detached:
            raise UnsupportedModuleError(
                _layer_name(model, node), "it is computed with gradients switched off"
            )
    values, written = _evaluate(model, graph, batch)
    _refuse_writes(model, flow, values, written)

    steps: dict[fx.Node, list[Step]] = {}
    for node in flow:
        layer = _layer_name(model, node)
        if node.op in ("output", "placeholder"):
            continue
        if not node.users:
            raise UnsupportedModuleError(layer, "nothing uses its result")
        if not isinstance(values[node], Tensor):
            raise UnsupportedModuleError(layer, "it returns something other than a tensor")
        if not values[node].is_floating_point():
            raise UnsupportedModuleError(
                layer, f"it returns {values[node].dtype}, not floating point numbers"
            )
        if _is_sum(node, flow):
            shapes = {values[n].shape for n in (*flow[node], node)}
            if len(shapes) > 1:
                raise UnsupportedModuleError(layer, "it adds values of different shapes")
        elif len(flow[node]) > 1:
            raise UnsupportedModuleError(
                layer, "it combines several values that depend on the input"
            )
        else:
            steps[node] = _steps(model, node, layer, flow[node][0], values)
    (last,) = graph.output_node().args
    if not isinstance(last, fx.Node) or last not in flow:
        raise UnsupportedModuleError(
            type(model).__name__, "it returns something other than one tensor"
        )
    plan = Plan(tuple(batch.shape[1:]), tuple(_chain(flow, steps, values, next(iter(flow)), last)))
    if any(isinstance(s, Softmax) and s is not plan.steps[-1] for s in _all_steps(plan.steps)):
        raise UnsupportedModuleError(type(model).__name__, "a softmax is not its last step")
    return plan


def _dataflow(graph: fx.Graph) -> dict[fx.Node, list[fx.Node]]:
    """Return the nodes that depend on the input, in order, each with its inputs among them."""
    flow: dict[fx.Node, list[fx.Node]] = {}
    for node in graph.nodes:
        inputs = [n for n in node.all_input_nodes if n in flow]
        if node.op == "placeholder" and not flow:
            flow[node] = []
        elif inputs and not _is_shape_query(node):
            flow[node] = inputs
    return flow


def _is_sum(node: fx.Node, flow: dict[fx.Node, list[fx.Node]]) -> bool:
    """Whether it is the plain sum of two values that both depend on the input."""
    named = node.op == "call_function" and node.target in _ADD_FUNCTIONS
    method = node.op == "call_method" and node.target in ("add", "add_")
    plain = len(node.args) == 2 and not node.kwargs
    return (named or method) and plain and all(argument in flow for argument in node.args)


def _chain(
    flow: dict[fx.Node, list[fx.Node]],
    steps: dict[fx.Node, list[Step]],
    values: dict[fx.Node, Any],
    start: fx.Node,
    end: fx.Node,
) -> list[Step]:
    """The steps from one value to a later one, all of whose paths pass through the first."""
    done: list[Step] = []
    while end is not start:
        if end in steps:
            done = [*steps[end], *done]
            end = flow[end][0]
            continue
        fork = _common_ancestor(flow, end)
        branches = tuple(
            tuple(_chain(flow, steps, values, fork, branch))
            for branch in end.args[:2]
            if isinstance(branch, fx.Node)
        )
        if len(list(_all_steps(branches[0] + branches[1]))) > _MAX_STEPS:
            raise UnsupportedModuleError(end.name, "what it adds shares too much")
        ends = Value(tuple(values[fork].shape), tuple(values[end].shape))
        done = [Sum(source=ends.source, result=ends.result, branches=branches), *done]
        end = fork
    return done


def _common_ancestor(flow: dict[fx.Node, list[fx.Node]], node: fx.Node) -> fx.Node:
    """Return the last value through which all paths to a node lead."""
    order = {n: place for place, n in enumerate(flow)}
    before = set(flow[node])
    while len(before) > 1:
        latest = max(before, key=order.__getitem__)
        before = before - {latest} | set(flow[latest])
    return before.pop()


def _all_steps(steps: Sequence[Step]) -> Iterator[Step]:
    for step in steps:
        yield step
        if isinstance(step, Sum):
            for branch in step.branches:
                yield from _all_steps(branch)


def _evaluate(
    model: nn.Module, graph: fx.Graph, batch: Tensor
) -> tuple[dict[fx.Node, Any], list[tuple[fx.Node, fx.Node]]]:
    """Every node's value at one input, and which nodes wrote to which others' values."""
    values: dict[fx.Node, Any] = {}
    written: list[tuple[fx.Node, fx.Node]] = []

    class Recorder(fx.Interpreter):
        def run_node(self, n: fx.Node) -> Any:
            before = {
                node: values[node]._version
                for node in n.all_input_nodes
                if isinstance(values[node], Tensor)
            }
            values[n] = super().run_node(n)
            written.extend((n, node) for node in before if values[node]._version != before[node])
            return values[n]

    try:
        with torch.no_grad():
            Recorder(fx.GraphModule(model, graph), garbage_collect_values=False).run(batch.clone())
    except Exception as error:
        raise UnsupportedModuleError(
            type(model).__name__, f"its trace does not run: {error}"
        ) from error
    return values, written


def _refuse_writes(
    model: nn.Module,
    flow: dict[fx.Node, list[fx.Node]],
    values: dict[fx.Node, Any],
    written: list[tuple[fx.Node, fx.Node]],
) -> None:
    """UnsupportedModuleError where a value is used after another node has written to its memory."""
    order = {node: place for place, node in enumerate(values)}
    for writer, changed in written:
        if changed not in flow:
            raise UnsupportedModuleError(
                _layer_name(model, writer), "it modifies the module's state"
            )
        memory = values[changed].untyped_storage().data_ptr()
        for node, value in values.items():
            if order[node] >= order[writer] or not isinstance(value, Tensor):
                continue
            used_later = any(order[user] > order[writer] for user in node.users if user in flow)
            if used_later and value.untyped_storage().data_ptr() == memory:
                raise UnsupportedModuleError(
                    _layer_name(model, writer), "it changes in place a value that is used again"
                )


def _is_shape_query(node: fx.Node) -> bool:
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
    converter: Converter | None
    if node.op == "call_module":
        module = model.get_submodule(str(node.target))
        converter, args, kwargs = MODULES.get(type(module)), (value, module), {}
    else:
        table = METHODS if node.op == "call_method" else FUNCTIONS
        converter = table.get(node.target)
        args = fx.node.map_arg(node.args, constant)
        kwargs = fx.node.map_arg(node.kwargs, constant)
    if converter is None:
        raise UnsupportedModuleError(layer, "no step describes it")
    return _call(converter, layer, args, kwargs)


def _call(converter: Converter, layer: str, args: Any, kwargs: Any) -> list[Step]:
    try:
        inspect.signature(converter).bind(*args, **kwargs)
    except TypeError as error:
        raise UnsupportedModuleError(layer, f"its arguments are not covered: {error}") from None
    try:
        return converter(*args, **kwargs)
    except NotImplementedError as error:
        raise UnsupportedModuleError(layer, str(error)) from None
    except Exception as error:
        reason = f"it cannot be read: {type(error).__name__}: {error}"
        raise UnsupportedModuleError(layer, reason) from error


def _layer_name(model: nn.Module, node: fx.Node) -> str:
    if node.op == "call_module":
        module = model.get_submodule(str(node.target))
        return f"{node.target} ({type(module).__name__})"
    if node.op == "call_function":
        return f"{node.name} ({getattr(node.target, '__name__', node.target)})"
    return f"{node.name} ({node.target})"
