"""A plan as an explicit ONNX graph: forward, and all rows of the backward pass, in operators.

The strongest rival that needs no compiler of ours: ONNX Runtime on the same folded steps.
"""

from collections.abc import Callable
from math import prod
from typing import Any, TypeAlias

import numpy as np
import onnx
import onnxruntime
from numpy.typing import ArrayLike, NDArray
from onnx import helper, numpy_helper

from jacviz.compiler.ir import (
    Activation,
    Affine,
    Conv,
    Nonlinearity,
    Plan,
    Pool,
    Pooling,
    Reshape,
    Shape,
    Softmax,
    Step,
)
from jacviz.errors import InputError
from jacviz.typing import Float32Array

Result: TypeAlias = tuple[Float32Array, Float32Array]
Back: TypeAlias = Callable[[str], str]

_OPSET = 20


def session(plan: Plan) -> Callable[[Float32Array], Result]:
    """A function from one input to (outputs (M,), Jacobian (M, inputs)), on one thread.

    Raises InputError for a plan with a step that is not written out here.
    """
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3  # errors only
    options.execution_mode = onnxruntime.ExecutionMode.ORT_SEQUENTIAL
    model = explicit_graph(plan).SerializeToString()
    run = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"]).run

    def call(x: Float32Array) -> Result:
        outputs, jacobian = run(["outputs", "jacobian"], {"x": x})
        return outputs, jacobian

    return call


def explicit_graph(plan: Plan) -> onnx.ModelProto:
    """Takes x with the plan's source shape; gives outputs (M,) and jacobian (M, inputs)."""
    return _Writer(plan).model()


class _Writer:
    def __init__(self, plan: Plan) -> None:
        self.plan, self.rows = plan, plan.outputs
        self.nodes: list[Any] = []
        self.constants: list[Any] = []

    def constant(self, values: ArrayLike, dtype: type = np.float32) -> str:
        name = f"constant{len(self.constants)}"
        array: NDArray[Any] = np.array(values, dtype, order="C")
        self.constants.append(numpy_helper.from_array(array, name))
        return name

    def node(self, operator: str, *inputs: str, name: str = "", **attributes: Any) -> str:
        name = name or f"value{len(self.nodes)}"
        self.nodes.append(helper.make_node(operator, inputs, [name], **attributes))
        return name

    def reshape(self, value: str, *shape: int, to: str = "") -> str:
        return self.node("Reshape", value, self.constant(shape, np.int64), name=to)

    def model(self) -> onnx.ModelProto:
        plan, rows, size = self.plan, self.rows, prod(self.plan.source)
        steps = list(plan.steps)
        last = steps.pop() if plan.ends_in_softmax else None
        value, back = self.reshape("x", 1, *plan.source), []
        for step in steps:
            value, backward = self.step(step, value)
            back.append(backward)
        if steps and isinstance(affine := steps[-1], Affine):
            gradient = self.constant(affine.weight)
            back.pop()
        else:
            gradient = self.constant(np.eye(rows))
        if isinstance(last, Softmax):
            value, gradient = self.softmax(last, self.reshape(value, 1, rows), gradient)
        self.reshape(value, rows, to="outputs")
        for backward in reversed(back):
            gradient = backward(gradient)
        self.reshape(gradient, rows, size, to="jacobian")
        graph = helper.make_graph(
            self.nodes,
            "jacobian",
            [_tensor("x", plan.source)],
            [_tensor("outputs", (rows,)), _tensor("jacobian", (rows, size))],
            self.constants,
        )
        imports = [helper.make_opsetid("", _OPSET)]
        return helper.make_model(graph, opset_imports=imports, ir_version=10)

    def step(self, step: Step, x: str) -> tuple[str, Back]:
        """What a step makes of x (1, *source), and of gradients (rows, *result) backward."""
        match step:
            case Affine():
                return self.affine(step, x)
            case Conv():
                return self.conv(step, x)
            case Pool(pooling=Pooling.MAXIMUM):
                return self.max_pool(step, x)
            case Activation():
                return self.activation(step, x)
            case Reshape():
                shape = step.source
                y = self.reshape(x, 1, *step.result)
                return y, lambda gradient: self.reshape(gradient, self.rows, *shape)
        raise InputError(f"the explicit ONNX graph has no {step}")

    def affine(self, step: Affine, x: str) -> tuple[str, Back]:
        flat = self.reshape(x, 1, prod(step.source))
        y = self.node("Gemm", flat, self.constant(step.weight.T), self.constant(step.bias))

        def back(gradient: str) -> str:
            product = self.node("MatMul", gradient, self.constant(step.weight))
            return self.reshape(product, self.rows, *step.source)

        return y, back

    def conv(self, step: Conv, x: str) -> tuple[str, Back]:
        (down, right), (_, height, width) = step.padding, step.source
        weight = self.constant(step.weight)
        layout: dict[str, Any] = {
            "strides": step.stride,
            "dilations": step.dilation,
            "group": step.groups,
        }
        sums = self.node("Conv", x, weight, pads=[down, right, down, right], **layout)
        y = self.node("Add", sums, self.constant(step.bias[None]))
        spare = [
            size - (count - 1) * stride - (kernel - 1) * dilation - 1 + 2 * pad
            for size, count, stride, kernel, dilation, pad in zip(
                (height, width),
                step.result[1:],
                step.stride,
                step.weight.shape[2:],
                step.dilation,
                step.padding,
                strict=True,
            )
        ]
        pads = [down, right, down, right]

        def back(gradient: str) -> str:
            return self.node(
                "ConvTranspose", gradient, weight, pads=pads, output_padding=spare, **layout
            )

        return y, back

    def max_pool(self, step: Pool, x: str) -> tuple[str, Back]:
        apart = all(k <= s for k, s in zip(step.kernel, step.stride, strict=True))
        if not apart:
            raise InputError("the explicit ONNX graph has no maxima of windows that overlap")
        layout: dict[str, Any] = {"kernel_shape": step.kernel, "strides": step.stride}
        layout["pads"] = [*step.padding, *step.padding]
        y = f"value{len(self.nodes)}"
        inputs, outputs = [x], [y, f"{y}.winners"]
        node = helper.make_node("MaxPool", inputs, outputs, dilations=step.dilation, **layout)
        self.nodes.append(node)
        size = prod(step.source)
        every = self.constant(np.arange(self.rows).reshape(-1, 1, 1, 1) * size, np.int64)
        winners = self.node("Add", f"{y}.winners", every)
        shape = self.constant((self.rows, *step.source), np.int64)

        def back(gradient: str) -> str:
            return self.node("MaxUnpool", gradient, winners, shape, **layout)

        return y, back

    def activation(self, step: Activation, x: str) -> tuple[str, Back]:
        match step.nonlinearity:
            case Nonlinearity.TANH:
                y = self.node("Tanh", x)
                slope = self.node("Sub", self.constant(1.0), self.node("Mul", y, y))
            case Nonlinearity.SIGMOID:
                y = self.node("Sigmoid", x)
                slope = self.node("Mul", y, self.node("Sub", self.constant(1.0), y))
            case Nonlinearity.RELU if not step.slope:
                y = self.node("Relu", x)
                positive = self.node("Greater", x, self.constant(0.0))
                slope = self.node("Cast", positive, to=onnx.TensorProto.FLOAT)
            case _:
                raise InputError(f"the explicit ONNX graph has no {step}")

        def back(gradient: str) -> str:
            upstream = self.reshape(gradient, self.rows, *step.result)
            return self.node("Mul", upstream, slope)

        return y, back

    def softmax(self, step: Softmax, logits: str, seed: str) -> tuple[str, str]:
        """The outputs, and the rows that the backward pass starts from."""
        p = self.node("Softmax", logits, axis=1)
        rows = self.node("Sub", seed, self.node("MatMul", p, seed))
        if step.log:
            return self.node("LogSoftmax", logits, axis=1), rows
        return p, self.node("Mul", rows, self.reshape(p, self.rows, 1))


def _tensor(name: str, shape: Shape) -> Any:
    return helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, shape)
