"""Operators without a derivative are refused, never counted as zero; constants are zero."""

import copy

import pytest
import torch
from torch import Tensor, nn
from torch.ao import quantization

import jacviz

pytestmark = [
    pytest.mark.filterwarnings("ignore:.*torch.ao.quantization is deprecated"),
    pytest.mark.filterwarnings("ignore::UserWarning"),
    pytest.mark.skipif(
        "fbgemm" not in torch.backends.quantized.supported_engines,
        reason="needs a PyTorch with fbgemm",
    ),
]

X = torch.linspace(-1, 1, 3)
METHODS = ("loop", "functional", "functional-vectorized", "func", "traced", "compiled")


def _float() -> nn.Module:
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(3, 4), nn.ReLU(), nn.Linear(4, 2)).eval()


def _dynamic() -> nn.Module:
    return quantization.quantize_dynamic(_float(), {nn.Linear}, dtype=torch.qint8)


def _observed() -> nn.Module:
    wrapped = quantization.QuantWrapper(_float()).eval()
    wrapped.qconfig = quantization.get_default_qconfig("fbgemm")
    observed = quantization.prepare(wrapped)
    observed(X[None])
    return observed


def _static() -> nn.Module:
    return quantization.convert(_observed())


class _Packed(nn.Module):
    """A quantized operator in a module of one's own, beside a way that has a derivative."""

    def __init__(self) -> None:
        super().__init__()
        weight = torch.quantize_per_tensor(torch.ones(3, 3), 0.1, 0, torch.qint8)
        self.packed = torch.ops.quantized.linear_prepack(weight, torch.zeros(3))

    def forward(self, x: Tensor) -> Tensor:
        return x + torch.ops.quantized.linear_dynamic(x, self.packed)


class _RoundTrip(nn.Module):
    """Quantized tensors made and undone in forward, beside a way that has a derivative."""

    def forward(self, x: Tensor) -> Tensor:
        return x + torch.quantize_per_tensor(x, 0.1, 128, torch.quint8).dequantize()


@pytest.mark.parametrize("build", [_dynamic, _static, _Packed, _RoundTrip])
def test_quantized_models_are_refused(build: type[nn.Module]) -> None:
    model = build()
    for method in METHODS:
        with pytest.raises(jacviz.InputError, match=r"quantized.*|derivative"):
            jacviz.jacobian(model, X, method=method)
    for call in (jacviz.compile_jacobian, jacviz.sensitivity, jacviz.check):
        with pytest.raises(jacviz.InputError, match="no derivative"):
            call(model, X)


def test_the_refusal_names_the_quantized_layer() -> None:
    with pytest.raises(
        jacviz.InputError, match=r"layer '0' \(Linear\) is quantized.*before it was"
    ):
        jacviz.compile_jacobian(_dynamic(), X)


class _Added(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.sum = torch.ao.nn.quantized.FloatFunctional()

    def forward(self, x: Tensor) -> Tensor:
        return self.sum.add(x, x)


def test_models_that_are_only_prepared_for_quantization_are_taken() -> None:
    expected = jacviz.jacobian(_float(), X, method="loop")
    observed = _observed()
    for method in ("loop", "functional", "compiled"):
        found = jacviz.jacobian(copy.deepcopy(observed), X, method=method)
        torch.testing.assert_close(found, expected)
        torch.testing.assert_close(jacviz.jacobian(_Added(), X, method=method), 2 * torch.eye(3))


class _Fixed(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.answer = nn.Parameter(torch.ones(1, 2))

    def forward(self, x: Tensor) -> Tensor:
        return 3 * self.answer


class _Shape(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        return torch.ones(1, x.shape[-1])


class _Stairs(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        return (x > 0).float() + torch.zeros_like(x)


class _WeightsOnly(nn.Module):
    """What has no derivative stands where the input does not pass."""

    def __init__(self) -> None:
        super().__init__()
        self.packed = _Packed().packed
        self.gain = nn.Parameter(torch.ones(1, 3))

    def forward(self, x: Tensor) -> Tensor:
        return x * torch.ops.quantized.linear_dynamic(self.gain, self.packed).round()


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("build", [_Fixed, _Shape, _Stairs])
def test_outputs_that_do_not_depend_on_the_input_have_derivative_zero(
    method: str, build: type[nn.Module]
) -> None:
    model = build()
    jacobian = jacviz.jacobian(model, X, method=method)
    assert jacobian.shape == (model(X[None]).numel(), 3)
    assert not jacobian.any()


def test_only_what_the_input_passes_through_must_have_a_derivative() -> None:
    found = jacviz.jacobian(_WeightsOnly(), X, method="loop")
    torch.testing.assert_close(found, 3 * torch.eye(3))
