"""What jacviz.jacobian accepts, and what it says to everything else."""

from collections.abc import Callable

import numpy as np
import pytest
import torch
from torch import Tensor, nn

import jacviz

from installed import method_params

MODEL = nn.Linear(3, 2)


def test_an_array_will_do() -> None:
    found = jacviz.jacobian(MODEL, np.ones(3, np.float32), method="func")
    torch.testing.assert_close(found, MODEL.weight.detach())


def test_outputs_of_several_axes_count_in_row_major_order() -> None:
    model = nn.Sequential(nn.Linear(3, 8), nn.Unflatten(1, (2, 4)))
    jacobian = jacviz.jacobian(model, torch.ones(3))
    assert jacobian.shape == (8, 3)
    torch.testing.assert_close(jacobian.reshape(2, 4, 3)[1, 2], model[0].weight[6].detach())


def test_many_outputs_and_inputs_are_computed_in_groups(monkeypatch) -> None:
    from jacviz.autodiff import rows

    monkeypatch.setattr(rows, "_MAX_GROUP_FLOATS", 500)
    model = nn.Sequential(nn.Linear(40, 70), nn.Tanh())
    x = torch.randn(40)
    assert rows.group_size(model, x) < len(x)
    expected = jacviz.jacobian(model, x, method="loop")
    for method in ("func", "func-forward", "traced"):
        torch.testing.assert_close(jacviz.jacobian(model, x, method=method), expected)


@pytest.mark.parametrize(
    ("x", "message"),
    [
        (torch.zeros(3, dtype=torch.uint8), "got uint8; divide 8-bit images by 255"),
        (torch.tensor([0, float("nan"), 0]), "NaN or infinity"),
        (torch.zeros(0), "expected a nonempty input"),
        (torch.zeros(4), r"batch of shape \(1, 4\)"),
        (
            torch.zeros(3, dtype=torch.float64),
            "input in float32 like the model, got one in float64",
        ),
        ("ink", "of floating point numbers, got str"),
    ],
)
def test_bad_input_is_named(x: object, message: str) -> None:
    with pytest.raises(jacviz.InputError, match=message):
        jacviz.jacobian(MODEL, x)  # type: ignore[arg-type]


class _Sine(nn.Module):
    """Of any shape."""

    def forward(self, x: Tensor) -> Tensor:
        return x.sin()


RAMP = np.arange(1, 4, dtype=np.float32)

LAID_OUT_OTHERWISE = {
    "backwards": RAMP[::-1].copy()[::-1],
    "every second": np.repeat(RAMP, 2)[::2],
    "the other byte order": RAMP.astype(RAMP.dtype.newbyteorder()),
    "a long double": RAMP.astype(np.longdouble),
    "a list": RAMP.tolist(),
    "not to be written to": np.frombuffer(RAMP.tobytes(), np.float32),
    "a view of its negative": torch.complex(torch.zeros(3), -torch.from_numpy(RAMP)).conj().imag,
}


@pytest.mark.parametrize("x", LAID_OUT_OTHERWISE.values(), ids=LAID_OUT_OTHERWISE)
def test_the_same_numbers_laid_out_otherwise_give_the_same_jacobian(x: object) -> None:
    model = nn.Sequential(nn.Linear(3, 2), nn.Tanh())
    expected = jacviz.jacobian(model, torch.from_numpy(RAMP), method="loop")
    for found in (
        jacviz.jacobian(model, x, method="loop"),  # type: ignore[arg-type]
        torch.from_numpy(jacviz.compile_jacobian(model, x)(x)[1]),  # type: ignore[arg-type]
    ):
        assert found.dtype is torch.float32
        torch.testing.assert_close(found, expected)
    assert jacviz.check(model, x).passed  # type: ignore[arg-type]


@pytest.mark.parametrize("dtype", [torch.float64, torch.bfloat16])
def test_what_has_no_dtype_of_pytorchs_takes_the_models(dtype: torch.dtype) -> None:
    model = nn.Linear(3, 2).to(dtype)
    for x in ([1.0, 2.0, 3.0], np.ones(3, np.longdouble)):
        assert jacviz.jacobian(model, x, method="loop").dtype is dtype


TAKE_ANY_SHAPE = (
    *("loop", "functional", "functional-vectorized", "func", "func-forward", "batched"),
    *("traced", "compiled"),
)


@pytest.mark.parametrize("method", method_params(TAKE_ANY_SHAPE))
def test_a_number_alone_gives_one_derivative_for_each_output(method: str) -> None:
    x = torch.tensor(0.5)
    jacobian = jacviz.jacobian(_Sine(), x, method=method)
    assert jacobian.shape == (1,)
    torch.testing.assert_close(jacobian, x.cos()[None])


def test_a_number_alone_is_an_input_like_any_other() -> None:
    x = np.float32(0.5)
    graph = jacviz.compile_jacobian(_Sine(), x)
    assert graph.input_shape == ()
    outputs, jacobian = graph(x)
    assert (outputs.shape, jacobian.shape) == ((1,), (1,))
    assert jacobian[0] == pytest.approx(np.cos(0.5))
    assert "1 output" in str(graph)
    assert jacviz.check(_Sine(), x).passed
    scaled = jacviz.compile_jacobian(nn.Sequential(nn.Tanh()), x)
    assert scaled.plan is not None
    assert scaled(x)[1].shape == (1,)


Call = Callable[[nn.Module, object], object]

CALLS: dict[str, Call] = {
    "jacobian": jacviz.jacobian,  # type: ignore[dict-item]
    "by loop": lambda model, x: jacviz.jacobian(model, x, method="loop"),  # type: ignore[arg-type]
    "compile_jacobian": jacviz.compile_jacobian,  # type: ignore[dict-item]
    "sensitivity": jacviz.sensitivity,  # type: ignore[dict-item]
    "check": jacviz.check,  # type: ignore[dict-item]
    "a graph": lambda model, x: jacviz.compile_jacobian(model, np.zeros(3))(x),  # type: ignore[arg-type]
}


@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
@pytest.mark.parametrize(
    ("x", "got"),
    [
        (torch.eye(3)[0].to_sparse(), "sparse_coo"),
        (torch.zeros(3, device="meta"), "meta device"),
        (torch.quantize_per_tensor(torch.ones(3), 0.1, 0, torch.quint8), "quantized one"),
        (torch.nested.nested_tensor([torch.ones(2), torch.ones(1)]), "nested"),
        (torch.ones(3).to_mkldnn(), "mkldnn"),
        (torch.ones(3).to(torch.float8_e5m2), "float8_e5m2"),
        (torch.ones(3, dtype=torch.complex64), "complex64"),
        (None, "NoneType"),
        ([1.0, None, 2.0], "list"),
        ([[1.0], [1.0, 2.0]], "list"),
        ([torch.ones(1, requires_grad=True)] * 3, "list"),
        (np.array([1, None, 2], dtype=object), "object"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_no_array_of_numbers_is_refused_everywhere(call: Call, x: object, got: str) -> None:
    with pytest.raises(jacviz.InputError, match=rf"expected an array or tensor.*got.*{got}"):
        call(MODEL, x)


class _Pair(nn.Module):
    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        return x, x


class _Noisy(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        return nn.functional.dropout(x, 0.5, training=True)


class _Returning(nn.Module):
    """What a function makes of the input."""

    def __init__(self, function: Callable[[Tensor], object]) -> None:
        super().__init__()
        self.function = function

    def forward(self, x: Tensor) -> object:
        return self.function(x)


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
@pytest.mark.parametrize(
    ("model", "message"),
    [
        (None, "expected a model as a torch.nn.Module, got NoneType"),
        (nn.LazyLinear(2), r"layer 'model' \(LazyLinear\) is lazy and has no weights yet"),
        (nn.Sequential(nn.Linear(3, 2, device="meta")), r"layer '0' \(Linear\).*meta device"),
        (_Returning(lambda x: x[:, :0]), r"empty tensor of shape \(1, 0\)"),
        (_Returning(lambda x: x.long()), "floating point numbers, got int64"),
        (_Returning(lambda x: x > 0), "numbers, got bool"),
        (_Returning(lambda x: 1j * x), "numbers, got complex64"),
        (_Returning(lambda x: x.to_sparse()), "numbers, got a sparse_coo one"),
        (_Returning(lambda x: x.to("meta")), "numbers, got one on the meta device"),
        (_Returning(lambda x: {"logits": x}), "returns dict"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_models_that_cannot_be_differentiated_are_named_everywhere(
    call: Call, model: nn.Module, message: str
) -> None:
    before = repr(model)
    with pytest.raises(jacviz.InputError, match=message):
        call(model, np.ones(3, np.float32))
    assert repr(model) == before


@pytest.mark.parametrize(
    ("model", "message"),
    [
        (lambda x: x, "expected a model as a torch.nn.Module, got function"),
        (_Pair(), "returns tuple"),
        (_Noisy(), "got different outputs for the same input"),
    ],
)
def test_models_that_no_method_can_take_are_named(model: nn.Module, message: str) -> None:
    with pytest.raises(jacviz.InputError, match=message):
        jacviz.jacobian(model, torch.ones(64), method="loop")


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU that PyTorch can use")
@pytest.mark.parametrize("method", method_params())
def test_the_device_is_kept(method: str) -> None:
    model = nn.Sequential(nn.Linear(5, 4), nn.Tanh(), nn.Linear(4, 3)).cuda()
    x = torch.randn(5, device="cuda")
    jacobian = jacviz.jacobian(model, x, method=method)
    assert jacobian.device == x.device
    torch.testing.assert_close(jacobian, jacviz.jacobian(model, x, method="loop"))
