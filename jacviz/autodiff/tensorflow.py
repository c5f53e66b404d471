"""TensorFlow: one gradient for each output as in the 2018 article, or its own Jacobian."""

import os
from collections.abc import Iterable
from contextlib import suppress
from math import pi, sqrt
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from jacviz.autodiff.plan import Function, composed, plan_of
from jacviz.autodiff.registry import Run
from jacviz.autodiff.windows import margins, taps
from jacviz.compiler import ir
from jacviz.compiler.ir import Nonlinearity, Plan, Pooling, Step, dilated_kernel

# Triton, which torch.func and torch.compile import, and TensorFlow carry an LLVM each, and a
# process that loads TensorFlow's first dies when it comes to Triton's.
with suppress(ImportError):
    import triton  # noqa: F401

# Before the import, which otherwise prints advice about this machine.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
import tensorflow as tf

v1 = tf.compat.v1


def rebuilt(model: nn.Module, x: Tensor) -> Run:
    plan, dtype = plan_of(model, x), x.cpu().numpy().dtype

    def jacobian(x: Tensor) -> Tensor:
        with tf.Graph().as_default(), v1.Session() as session:
            source = v1.placeholder(dtype, x.shape)
            outputs = network(plan, dtype)(source)
            rows = []
            for m in range(plan.outputs):
                gradient = tf.gradients(outputs[m], source)[0]
                rows.append(session.run(gradient, {source: x.cpu().numpy()}))
        return torch.from_numpy(np.stack(rows)).to(x)

    return jacobian


def built_once(model: nn.Module, x: Tensor) -> Run:
    plan, dtype = plan_of(model, x), x.cpu().numpy().dtype
    with tf.Graph().as_default():
        source = v1.placeholder(dtype, x.shape)
        outputs = network(plan, dtype)(source)
        gradients = [tf.gradients(outputs[m], source)[0] for m in range(plan.outputs)]
        session = v1.Session()
    run = session.make_callable(gradients, feed_list=[source])
    return lambda x: torch.from_numpy(np.stack(run(x.cpu().numpy()))).to(x)


def tape(model: nn.Module, x: Tensor) -> Run:
    plan, dtype = plan_of(model, x), x.cpu().numpy().dtype
    function = network(plan, dtype)

    @tf.function(autograph=False, input_signature=[tf.TensorSpec(x.shape, dtype)])  # type: ignore[untyped-decorator]
    def jacobian(source: Any) -> Any:
        with tf.GradientTape() as recorded:
            recorded.watch(source)
            outputs = function(source)
        return recorded.jacobian(outputs, source)

    return lambda x: torch.from_numpy(np.array(jacobian(tf.constant(x.cpu().numpy())))).to(x)


def network(plan: Plan, dtype: Any) -> Function:
    """Return the function from one input to the outputs, flattened."""
    chain = _chain(plan, dtype)
    return lambda x: tf.reshape(chain(x), [-1])


def _chain(steps: Iterable[Step], dtype: Any) -> Function:
    return composed([_function(step, dtype) for step in steps])


def _function(step: Step, dtype: Any) -> Function:  # noqa: PLR0911
    match step:
        case ir.Affine():
            weight, bias = step.weight.T.astype(dtype), step.bias.astype(dtype)
            return lambda x: tf.reshape(tf.reshape(x, [1, -1]) @ weight + bias, step.result)
        case ir.Scale():
            factor, offset = step.factor.astype(dtype), step.offset.astype(dtype)
            return lambda x: factor * x + offset
        case ir.Reshape():
            return lambda x: tf.reshape(x, step.result)
        case ir.Conv():
            return _conv(step, dtype)
        case ir.Pool():
            return _average(step) if step.pooling is Pooling.AVERAGE else _maximum(step)
        case ir.Activation():
            return _activation(step)
        case ir.Average():
            rows, columns = step.rows.astype(dtype), step.columns.T.astype(dtype)
            return lambda x: rows @ x @ columns
        case ir.Sum():
            branches = [_chain(branch, dtype) for branch in step.branches]
            return lambda x: tf.add_n([branch(x) for branch in branches])
        case ir.Softmax():
            softmax = tf.nn.log_softmax if step.log else tf.nn.softmax
            return lambda x: softmax(tf.reshape(x, [-1]))
    raise TypeError(
        f"expected a step that can be expressed, got {step}, which has no equivalent in TensorFlow"
    )


def _activation(step: ir.Activation) -> Function:  # noqa: PLR0911
    slope = step.slope
    match step.nonlinearity:
        case Nonlinearity.TANH:
            return tf.tanh  # type: ignore[no-any-return]
        case Nonlinearity.SIGMOID:
            return tf.sigmoid  # type: ignore[no-any-return]
        case Nonlinearity.RELU:
            return lambda x: tf.where(x > 0, x, slope * x)
        case Nonlinearity.SILU:
            return lambda x: x * tf.sigmoid(x)
        case Nonlinearity.ELU:
            return lambda x: tf.where(x > 0, x, slope * tf.math.expm1(tf.minimum(x, 0)))
        case Nonlinearity.GELU_TANH:
            scale = sqrt(8 / pi)
            return lambda x: x * tf.sigmoid(scale * (x + 0.044715 * x**3))
        case Nonlinearity.GELU:
            # TensorFlow's own rounds its constants to single precision.
            return lambda x: x * (1 + tf.math.erf(x / sqrt(2))) / 2
    raise TypeError(
        f"expected a step that can be expressed, got {step}, which has no equivalent in TensorFlow"
    )


def _conv(step: ir.Conv, dtype: Any) -> Function:
    """On a CPU TensorFlow convolves channels last, and knows no gradient of groups or dilation."""
    kernels = np.split(dilated_kernel(step).transpose(2, 3, 1, 0).astype(dtype), step.groups, -1)
    bias, margin = step.bias.astype(dtype), (*margins(step), (0, 0))

    def conv(x: Any) -> Any:
        image = tf.pad(tf.transpose(x, [1, 2, 0]), margin)[None]
        images = tf.split(image, step.groups, axis=-1)
        results = [
            tf.nn.conv2d(one, kernel, step.stride, "VALID")
            for one, kernel in zip(images, kernels, strict=True)
        ]
        return tf.transpose(tf.concat(results, axis=-1)[0], [2, 0, 1]) + bias

    return conv


def _average(step: ir.Pool) -> Function:
    margin = (*margins(step), (0, 0))

    def average(x: Any) -> Any:
        image = tf.pad(tf.transpose(x, [1, 2, 0]), margin)[None]
        means = tf.nn.avg_pool2d(image, step.kernel, step.stride, "VALID")
        return tf.transpose(means[0], [2, 0, 1])

    return average


def _maximum(step: ir.Pool) -> Function:
    """Picks the first of equals, as PyTorch does."""
    margin, where = ((0, 0), *margins(step)), taps(step)

    def maximum(x: Any) -> Any:
        padded = tf.pad(x, margin, constant_values=x.dtype.min)
        windows = tf.stack([padded[:, rows, columns] for rows, columns in where], axis=-1)
        first = tf.argmax(windows, axis=-1)
        return tf.gather(windows, first, batch_dims=3)

    return maximum
