"""The two texts that jacviz comes from, step by step, give the numbers that it gives."""

from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from torch import nn

import jacviz
from jacviz.benchmarks import article
from jacviz.benchmarks.networks import HIDDEN, INPUTS, OUTPUTS, get_network

from installed import method_params

Array: TypeAlias = NDArray[Any]


@pytest.mark.parametrize(("dtype", "tolerance"), [(torch.float32, 1e-3), (torch.float64, 1e-5)])
def test_the_forums_procedure_gives_the_matrix_of_probability_derivatives(
    digits: NDArray[np.float32], dtype: torch.dtype, tolerance: float
) -> None:
    """One test digit as (1, 1, 28, 28), one-hot gradients of (1, 10), J of (784, 10).

    In single precision, as posted, it loses digits where the softmax is nearly saturated.
    """
    lenet5 = jacviz.load_lenet5()
    model = nn.Sequential(jacviz.load_lenet5(), nn.Softmax(dim=1)).to(dtype)
    for digit in digits[:5]:
        image = torch.from_numpy(digit).to(dtype).view(1, 1, 28, 28).requires_grad_()
        predictions = model(image)
        assert predictions.shape == (1, 10)
        matrix = torch.zeros((784, 10), dtype=dtype)
        for k in range(10):
            one_hot = torch.zeros((1, 10), dtype=dtype)
            one_hot[0, k] = 1
            predictions.backward(gradient=one_hot, retain_graph=True)
            matrix[:, k] = image.grad.view(784)
            image.grad.zero_()

        scale = float(matrix.abs().max())
        ours = jacviz.sensitivity(lenet5, digit).matrix("probability")
        assert ours.shape == matrix.shape
        np.testing.assert_allclose(ours, matrix, rtol=0, atol=tolerance * scale)
        by_loop = jacviz.jacobian(model, image.detach()[0], method="loop").reshape(10, 784).T
        np.testing.assert_allclose(by_loop, matrix, rtol=0, atol=1e-6 * scale)


class _Article:
    """The article's network with weights in its orientation, (inputs, outputs), in float64."""

    def __init__(self) -> None:
        toy = get_network("toy")
        self.model = toy.model.double()
        self.x = toy.x.double()
        self.w1, self.b1, self.w2, self.b2 = (p.numpy().T.copy() for p in self.model.parameters())


@pytest.fixture(scope="module")
def toy() -> _Article:
    return _Article()


def _affine_forward(x: Array, w: Array, b: Array) -> tuple[Array, Any]:
    return np.dot(x, w) + b, (x, w)


def _affine_backward(upstream: Array, cache: Any) -> Array:
    _, w = cache
    return np.dot(upstream, w.T)


def _relu_forward(x: Array) -> tuple[Array, Any]:
    return np.maximum(0, x), x


def _relu_backward(upstream: Array, cache: Any) -> Array:
    return upstream * (cache > 0)


def _softmax_forward(x: Array) -> tuple[Array, Any]:
    powers = np.exp(x - x.max())
    s = powers / powers.sum()
    return s, s


def _softmax_backward(upstream: Array, cache: Any) -> Array:
    return np.dot(upstream, np.diag(cache) - np.outer(cache, cache))


def _forward_backward(toy: _Article, x: Array) -> tuple[Array, Array]:
    a1, cache_a1 = _affine_forward(x, toy.w1, toy.b1)
    r1, cache_r1 = _relu_forward(a1)
    a2, cache_a2 = _affine_forward(r1, toy.w2, toy.b2)
    out, cache_out = _softmax_forward(a2)
    upstream = _softmax_backward(np.eye(OUTPUTS), cache_out)
    upstream = _affine_backward(upstream, cache_a2)
    upstream = _relu_backward(upstream, cache_r1)
    return out, _affine_backward(upstream, cache_a1)


def _in_numpy(toy: _Article, x: Array) -> Array:
    return _forward_backward(toy, x)[1]


def _in_autograd(toy: _Article, x: Array) -> Array:
    autograd = pytest.importorskip("autograd")
    anp = pytest.importorskip("autograd.numpy")

    def forward(x: Any) -> Any:
        a1 = anp.maximum(0, anp.dot(x, toy.w1) + toy.b1)
        a2 = anp.dot(a1, toy.w2) + toy.b2
        powers = anp.exp(a2 - anp.max(a2))
        return powers / powers.sum()

    jacobian: Array = autograd.jacobian(forward)(x)
    return jacobian


def _in_tensorflow(toy: _Article, x: Array) -> Array:
    if not jacviz.methods()["tensorflow"].installed:
        pytest.skip("needs TensorFlow")
    from jacviz.autodiff.tensorflow import tf

    with tf.Graph().as_default(), tf.compat.v1.Session() as session:
        source = tf.compat.v1.placeholder(tf.float64, (1, INPUTS))
        hidden = tf.nn.relu(source @ toy.w1 + toy.b1)
        outputs = tf.nn.softmax(hidden @ toy.w2 + toy.b2)
        rows = []
        for m in range(OUTPUTS):
            gradient = tf.gradients(outputs[:, m], source)
            rows.append(session.run(gradient, {source: x.reshape(1, INPUTS)})[0][0])
    return np.array(rows)


def _by_differences(toy: _Article, x: Array) -> Array:
    step = 1e-6
    columns = [
        (_forward_backward(toy, x + move)[0] - _forward_backward(toy, x - move)[0]) / (2 * step)
        for move in step * np.eye(INPUTS)
    ]
    return np.stack(columns, axis=1)


@pytest.mark.parametrize(
    ("theirs", "method", "tolerance"),
    [
        (_in_tensorflow, "tensorflow", 1e-9),
        (_in_autograd, "autograd", 1e-9),
        (_in_numpy, "layers", 1e-9),
        (_by_differences, "func", 1e-5),
        (_in_numpy, "compiled", 1e-4),
    ],
)
def test_each_of_the_articles_ways_gives_the_same_jacobian(
    toy: _Article, theirs: Callable[[_Article, Array], Array], method: str, tolerance: float
) -> None:
    expected = theirs(toy, toy.x.numpy())
    found = jacviz.jacobian(toy.model, toy.x, method=method).numpy()
    assert found.shape == expected.shape == (OUTPUTS, INPUTS)
    atol = tolerance * float(np.abs(expected).max())
    np.testing.assert_allclose(found, expected, rtol=0, atol=atol)


def test_the_articles_forward_pass_is_the_modules(toy: _Article) -> None:
    assert toy.w1.shape == (INPUTS, HIDDEN)
    outputs, _ = _forward_backward(toy, toy.x.numpy())
    np.testing.assert_allclose(outputs, toy.model(toy.x[None])[0].numpy(), rtol=1e-9)


@pytest.mark.parametrize("method", method_params(article.ROWS))
def test_the_articles_check_and_its_successor_pass_every_row(toy: _Article, method: str) -> None:
    def jacobian(x: torch.Tensor) -> torch.Tensor:
        return jacviz.jacobian(toy.model, x, method=method)

    assert article.is_jacobian_correct(jacobian, toy.model, toy.x)
    report = jacviz.check(toy.model, toy.x, method=method)
    assert report.passed, report
