"""Every method on every module of the zoo, in both precisions."""

from functools import cache

import numpy as np
import pytest
import torch
from _pytest.mark import ParameterSet
from torch import Tensor

import jacviz
from jacviz.autodiff import reference

from installed import method_params, skip_unless_installed
from zoo import ZOO, ModuleCase

METHODS = list(jacviz.methods())

# These write the network anew from what jacviz reads of it.
REWRITTEN = {"layers", "autograd", "tensorflow", "tensorflow-graph", "tensorflow-tape", "jax"}
TRACED = {"traced", "torch-compile"}
BEYOND = {
    "a path that depends on the input": TRACED,
    "an autograd function of the old style": TRACED | {"func", "func-forward"},
}


def _expresses(method: str, case: ModuleCase) -> bool:
    if method in REWRITTEN:
        return case.has_plan
    return method not in BEYOND.get(case.name, ())


# These compile for seconds: in a short run, a few networks in single precision stand for all.
COMPILED = {"torch-compile", "tensorflow", "tensorflow-graph", "tensorflow-tape"}
FEW = {"overlapping and padded max-pooling", "a residual connection"}
# Forward over hundreds of inputs, where each step is large.
LARGE = {"large enough for unbanded convolutions", "depthwise and pointwise, wide"}


def _case(method: str, case: ModuleCase, *more: torch.dtype) -> ParameterSet:
    single = more == (torch.float32,) and case.name in FEW
    compiled = bool(more) and method in COMPILED and not single
    long = compiled or (method == "func-forward" and case.name in LARGE)
    return pytest.param(
        *(method, case, *more),
        id="-".join([method, case.name, *(str(one)[6:] for one in more)]),
        marks=(*skip_unless_installed(method), *([pytest.mark.slow] if long else [])),
    )


CASES = [
    _case(method, case, dtype)
    for case in ZOO
    for method in METHODS
    for dtype in (torch.float32, torch.float64)
    if _expresses(method, case)
]
REFUSED = [
    _case(method, case) for case in ZOO for method in METHODS if not _expresses(method, case)
]


@pytest.fixture(autouse=True)
def _one_thread():
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def _input(case: ModuleCase, dtype: torch.dtype) -> Tensor:
    return torch.randn(case.shape, generator=torch.Generator().manual_seed(1)).to(dtype)


@cache
def _expected(name: str) -> Tensor:
    case = next(s for s in ZOO if s.name == name)
    return reference.jacobian(case.model(), _input(case, torch.float64))


@pytest.mark.parametrize(("method", "case", "dtype"), CASES)
def test_a_method_equals_the_float64_reference(
    method: str, case: ModuleCase, dtype: torch.dtype
) -> None:
    model, x = case.model().to(dtype), _input(case, dtype)
    jacobian = jacviz.jacobian(model, x, method=method)
    expected = _expected(case.name)
    assert jacobian.dtype is dtype
    assert jacobian.device == x.device
    assert jacobian.shape == (len(expected), *case.shape)
    single = dtype is torch.float32 or method == "compiled"
    scale = float(expected.abs().max())
    torch.testing.assert_close(
        jacobian.double(), expected, rtol=0, atol=scale * (1e-5 if single else 1e-11)
    )


@pytest.mark.parametrize(("method", "case"), REFUSED)
def test_what_a_method_cannot_express_it_refuses_with_the_reason_and_others(
    method: str, case: ModuleCase
) -> None:
    model, x = case.model(), _input(case, torch.float32)
    with pytest.raises(jacviz.InputError, match="'loop', 'functional', 'compiled'"):
        jacviz.jacobian(model, x, method=method)


def test_the_refusal_names_the_layer() -> None:
    softplus = torch.nn.Sequential(torch.nn.Linear(3, 3), torch.nn.Softplus())
    with pytest.raises(jacviz.InputError, match=r"'layers' cannot express.*1 \(Softplus\)"):
        jacviz.jacobian(softplus, torch.zeros(3), method="layers")


@pytest.mark.parametrize("method", method_params())
@pytest.mark.parametrize("layer", [torch.nn.Dropout(0.5), torch.nn.BatchNorm1d(4)])
def test_training_mode_is_refused(method: str, layer: torch.nn.Module) -> None:
    model = torch.nn.Sequential(torch.nn.Linear(4, 4), layer).train()
    before = {name: value.clone() for name, value in model.state_dict().items()}
    with pytest.raises(jacviz.InputError, match=r"layer '1'.*training mode.*model\.eval\(\)"):
        jacviz.jacobian(model, torch.zeros(4), method=method)
    for name, value in model.state_dict().items():
        torch.testing.assert_close(value, before[name], rtol=0, atol=0)


@pytest.mark.parametrize("method", method_params())
def test_the_module_is_left_as_it_was(method: str) -> None:
    model = torch.nn.Sequential(torch.nn.Linear(5, 4), torch.nn.Tanh(), torch.nn.Linear(4, 3))
    model[0].weight.grad = torch.full_like(model[0].weight, 2.0)
    before = {name: value.clone() for name, value in model.state_dict().items()}
    with torch.no_grad():  # as evaluation code has it around its calls
        jacviz.jacobian(model, torch.ones(5), method=method)
    assert all(p.requires_grad for p in model.parameters())
    assert (model[0].weight.grad == 2).all()
    assert model[2].weight.grad is None
    for name, value in model.state_dict().items():
        torch.testing.assert_close(value, before[name], rtol=0, atol=0)


@pytest.mark.parametrize("method", method_params())
def test_ties_go_the_way_of_pytorch(method: str) -> None:
    """On a blank image all windows tie and rectifiers sit on their edge."""
    model = torch.nn.Sequential(
        torch.nn.ReLU(), torch.nn.MaxPool2d(2), torch.nn.LeakyReLU(0.5), torch.nn.Flatten()
    )
    if method == "func-forward":
        pytest.skip("PyTorch's forward and backward derivatives differ where none exists")
    blank = torch.zeros(1, 4, 4)
    expected = reference.jacobian(model, blank)
    np.testing.assert_array_equal(jacviz.jacobian(model, blank, method=method), expected)
