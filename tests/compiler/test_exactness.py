"""compile_jacobian against a float64 reference."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from torch import nn

from jacviz.autodiff import reference
from jacviz.compiler import compile_jacobian
from jacviz.compiler.ir import Affine, Conv, Plan
from jacviz.models.lenet5 import LeNet5

from zoo import ZOO, ModuleCase

TOLERANCE = 1e-5


def assert_exact(
    model: nn.Module, x: NDArray[np.float32], compiled=None, tolerance: float = TOLERANCE
) -> None:
    """Outputs and Jacobian within the tolerance of float64, relative to the largest."""
    compiled = compiled or compile_jacobian(model, x)
    outputs, jacobian = compiled(x)
    exact = reference.jacobian(model, torch.from_numpy(x)).numpy()
    assert jacobian.shape == exact.shape
    assert jacobian.dtype == outputs.dtype == np.float32
    # Derivatives of saturated units count as zero in float32 and are denormal in float64.
    assert np.abs(jacobian - exact).max() <= tolerance * np.abs(exact).max() + 1e-12
    with torch.no_grad():
        expected = model(torch.from_numpy(x)[None]).reshape(-1).numpy()
    assert np.abs(outputs - expected).max() <= tolerance * max(1.0, np.abs(expected).max())


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize(
    "case", [s for s in ZOO if "old style" not in s.name], ids=lambda s: s.name
)
def test_every_module_matches_float64(case: ModuleCase, seed: int) -> None:
    model = case.model(seed)
    rng = np.random.default_rng(seed)
    compiled = compile_jacobian(model, np.zeros(case.shape, np.float32))
    for _ in range(2):
        assert_exact(model, rng.normal(size=case.shape).astype(np.float32), compiled)


def test_an_old_autograd_function_is_differentiated_row_by_row() -> None:
    model = next(s for s in ZOO if "old style" in s.name).model()
    x = torch.randn(6, generator=torch.Generator().manual_seed(0))
    compiled = compile_jacobian(model, x)
    assert compiled.backend == "torch, one row at a time"
    weight = model.head.weight.detach().numpy()
    np.testing.assert_allclose(compiled(x)[1], 2 * weight * x.numpy(), rtol=1e-5)


def frames() -> dict[str, NDArray[np.float32]]:
    rng = np.random.default_rng(7)
    blob = np.exp(-((np.mgrid[:28, :28] - 13.5) ** 2).sum(0) / 60)
    return {
        "blank": np.zeros((1, 28, 28)),
        "full": np.ones((1, 28, 28)),
        "saturated": np.full((1, 28, 28), 300.0),
        "ten thousand": 1e4 * blob[None],
        "negative": -50 * blob[None],
        "tiny": 1e-38 * rng.random((1, 28, 28)),
        "checked": (np.indices((1, 28, 28)).sum(0) % 2).astype(float),
        **{f"noise {i}": rng.random((1, 28, 28)) for i in range(45)},
        **{f"wild noise {i}": rng.normal(scale=10, size=(1, 28, 28)) for i in range(45)},
        **{f"sparse {i}": (rng.random((1, 28, 28)) > 0.9).astype(float) for i in range(45)},
    }


@pytest.mark.parametrize("backend", ["auto", "numpy"])
def test_lenet5_matches_float64_on_blank_saturated_and_noisy_frames(
    lenet5: LeNet5, backend: str
) -> None:
    compiled = compile_jacobian(lenet5, torch.zeros(1, 28, 28), backend=backend)
    for frame in frames().values():
        tolerance = TOLERANCE + rounding(compiled.plan, frame)
        assert_exact(lenet5, frame.astype(np.float32), compiled, tolerance)


def rounding(plan: Plan, frame: NDArray[np.float64]) -> float:
    """What float32 costs the derivatives of a chain of sums s and tanh.

    An s is rounded by up to some 2^-24 of the sum of |w x|, and |(log tanh'(s))'| = 2 |tanh s|
    is at most 2: where ink is far outside [0, 1], the first sums are so large that even perfect
    arithmetic on the rounded s gives tanh' no more exactly than this. Later |x| are at most 1.
    """
    total, x = 0.0, np.abs(frame)
    for step in plan.steps[:-1]:
        match step:
            case Conv():
                image, weight = torch.from_numpy(x[None]), torch.from_numpy(np.abs(step.weight))
                layout = {"stride": step.stride, "padding": step.padding}
                sums = nn.functional.conv2d(image, weight, **layout)[0].numpy()
            case Affine():
                sums = np.abs(step.weight) @ x.reshape(-1)
            case _:
                x = np.ones(step.result)
                continue
        total += 2 * 2**-24 * float((sums + np.abs(step.bias)).max())
    return total


def test_lenet5_matches_float64_on_digits(lenet5: LeNet5, digits: NDArray[np.float32]) -> None:
    compiled = compile_jacobian(lenet5, torch.zeros(1, 28, 28))
    for digit in digits:
        assert_exact(lenet5, digit[None], compiled)


def test_lenet5_matches_float64_on_mnist(lenet5: LeNet5, mnist) -> None:
    from torchvision.datasets import MNIST

    images = MNIST(mnist, train=False).data.numpy()
    compiled = compile_jacobian(lenet5, torch.zeros(1, 28, 28))
    for image in images[:: len(images) // 200]:
        assert_exact(lenet5, (image / np.float32(255))[None], compiled)


@pytest.mark.parametrize("gain", [1e3, 1e5])
def test_large_logits_stay_finite_and_exact(gain: float) -> None:
    model = LeNet5().eval()
    with torch.no_grad():
        model.classifier[-1].weight *= gain
        model.classifier[-1].bias *= gain
    frame = np.random.default_rng(0).random((1, 28, 28), np.float32)
    assert np.abs(compile_jacobian(model, frame)(frame)[0]).max() > gain / 100
    assert_exact(model, frame)


@pytest.mark.parametrize("backend", ["auto", "numpy"])
@pytest.mark.parametrize(
    "layer",
    [nn.GELU("tanh"), nn.GELU(), nn.SiLU(), nn.ELU(), nn.Tanh(), nn.Sigmoid(), nn.ReLU()],
    ids=str,
)
def test_activations_are_exact_however_far_from_zero(layer: nn.Module, backend: str) -> None:
    sizes = np.concatenate([np.linspace(0, 100, 1001)[1:], 10.0 ** np.arange(2, 39)])
    x = np.concatenate([-sizes[::-1], sizes]).astype(np.float32)
    y, jacobian = compile_jacobian(layer, x, backend=backend)(x)
    exact = torch.from_numpy(x).double().requires_grad_()
    expected = layer(exact)
    (slopes,) = torch.autograd.grad(expected.sum(), exact)
    np.testing.assert_allclose(y, expected.detach().numpy(), rtol=TOLERANCE, atol=TOLERANCE)
    np.testing.assert_allclose(np.diag(jacobian), slopes.numpy(), atol=TOLERANCE)


def test_of_equal_pixels_in_a_max_pool_the_first_takes_the_derivative() -> None:
    model = nn.Sequential(nn.MaxPool2d(2), nn.Flatten(), nn.Linear(9, 4))
    for frame in (np.zeros((1, 6, 6), np.float32), np.ones((1, 6, 6), np.float32)):
        assert_exact(model, frame)


@st.composite
def convolutions(draw: st.DrawFn) -> tuple[nn.Module, tuple[int, int, int]]:
    """A padded convolution after a standardisation, before an average pooling and a tanh."""
    torch.manual_seed(draw(st.integers(0, 99)))
    small, pair = st.integers(1, 3), lambda s: st.tuples(s, s)
    groups = draw(st.integers(1, 2))
    inputs, outputs = groups * draw(small), groups * draw(small)
    kernel = draw(pair(st.integers(1, 4)))
    conv = nn.Conv2d(
        inputs,
        outputs,
        kernel,
        stride=draw(pair(small)),
        padding=draw(pair(st.integers(0, 3))),
        dilation=draw(pair(st.integers(1, 2))),
        groups=groups,
    )
    model = nn.Sequential(nn.BatchNorm2d(inputs), conv)
    nn.init.normal_(model[0].running_mean)
    nn.init.uniform_(model[0].running_var, 0.5, 2.0)
    height, width = draw(pair(st.integers(8, 15)))
    model.eval()
    reached = model(torch.zeros(1, inputs, height, width)).shape
    window = tuple(draw(st.integers(1, min(3, side))) for side in reached[2:])
    step = draw(pair(st.integers(1, 3)))
    model.append(draw(st.sampled_from([nn.AvgPool2d, nn.MaxPool2d]))(window, stride=step))
    model.append(nn.Tanh())
    return model.eval(), (inputs, height, width)


@given(convolutions(), st.integers(0, 2**16))
def test_any_convolution_folds_exactly(
    drawn: tuple[nn.Module, tuple[int, int, int]], seed: int
) -> None:
    model, shape = drawn
    frame = np.random.default_rng(seed).normal(size=shape).astype(np.float32)
    compiled = compile_jacobian(model, frame, backend="numpy")
    assert compiled.backend == "numpy"
    assert_exact(model, frame, compiled)


def test_the_jacobian_agrees_with_central_differences_in_float64(lenet5: LeNet5) -> None:
    import copy

    exact = copy.deepcopy(lenet5).double()
    frame = np.random.default_rng(3).random((28, 28))
    _, jacobian = compile_jacobian(lenet5, frame)(frame)
    step = 1e-5
    nudged = torch.from_numpy(frame).expand(784, 28, 28).reshape(784, 784).clone()
    bump = step * torch.eye(784, dtype=torch.float64)
    with torch.no_grad():
        up = exact((nudged + bump).reshape(784, 1, 28, 28))
        down = exact((nudged - bump).reshape(784, 1, 28, 28))
    differences = ((up - down) / (2 * step)).T.reshape(10, 28, 28).numpy()
    assert np.abs(jacobian - differences).max() <= TOLERANCE * np.abs(differences).max()
