"""What layers do not show: reading notices it, and the compiled graph gives autograd's numbers."""

import copy

import numpy as np
import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional

from jacviz.autodiff.loop import jacobian as autograd_jacobian
from jacviz.compiler import CompiledJacobian, compile_jacobian
from jacviz.errors import InputError


class Net(nn.Module):
    """Two layers from 4 numbers to 3; subclasses say what happens in between."""

    def __init__(self) -> None:
        super().__init__()
        torch.manual_seed(0)
        self.first, self.second = nn.Linear(4, 4), nn.Linear(4, 3)

    def forward(self, x: Tensor) -> Tensor:
        return self.second(self.first(x).tanh())


def falls_back(model: nn.Module, example: Tensor, reason: str) -> CompiledJacobian:
    """Compile and compare with autograd, near the example and far from it."""
    compiled = compile_jacobian(model, example)
    generator = torch.Generator().manual_seed(1)
    for scale in (0.1, 1.0, 30.0):
        x = example + scale * torch.randn(example.shape, generator=generator)
        outputs, jacobian = compiled(x)
        expected = autograd_jacobian(model, x).numpy()
        largest = max(np.abs(expected).max(), 1e-9)
        assert np.abs(jacobian - expected).max() <= 1e-5 * largest
        with torch.no_grad():
            expected = model(x[None].clone()).reshape(-1).detach().numpy()
        np.testing.assert_allclose(outputs, expected, rtol=1e-4, atol=1e-5)
    assert compiled.plan is None
    assert reason in str(compiled.fallback)
    return compiled


class NoGrad(Net):
    def forward(self, x: Tensor) -> Tensor:
        with torch.no_grad():
            weight = self.first(x).sigmoid()
        return self.second(x) + weight[:, :3]


class NoGradChain(Net):
    def forward(self, x: Tensor) -> Tensor:
        with torch.no_grad():
            h = self.first(x)
        return self.second(h.tanh())


class SwitchedOff(Net):
    def forward(self, x: Tensor) -> Tensor:
        torch.set_grad_enabled(False)
        h = self.first(x).tanh()
        torch.set_grad_enabled(True)
        return self.second(h) + self.second(x)


class Inference(Net):
    def forward(self, x: Tensor) -> Tensor:
        with torch.inference_mode():
            h = self.second(self.first(x).tanh())
        return self.second(x) + h


@pytest.mark.parametrize("kind", [NoGrad, NoGradChain, SwitchedOff, Inference])
def test_what_is_computed_with_gradients_switched_off_is_constant(kind: type[nn.Module]) -> None:
    falls_back(kind(), torch.zeros(4), "gradients switched off")


def test_a_module_that_leaves_gradients_switched_off_does_so_for_itself_alone() -> None:
    class Leaves(Net):
        def forward(self, x: Tensor) -> Tensor:
            torch.set_grad_enabled(False)
            return super().forward(x)

    compiled = compile_jacobian(Leaves(), torch.zeros(4))
    assert torch.is_grad_enabled()
    assert not compiled(np.ones(4))[1].any()
    assert torch.is_grad_enabled()


@pytest.mark.parametrize("mode", [torch.no_grad, torch.inference_mode])
def test_the_callers_own_grad_mode_plays_no_part(mode) -> None:
    for kind in (Net, NoGrad):
        model, x = kind(), torch.ones(4)
        expected = autograd_jacobian(model, x).numpy()
        with mode():
            _, jacobian = compile_jacobian(model, x)(x)
        np.testing.assert_allclose(jacobian, expected, rtol=1e-5, atol=1e-6)


def test_backward_hooks_that_change_gradients_count() -> None:
    model = Net()
    model.first.register_full_backward_hook(lambda module, inputs, outputs: (3 * inputs[0],))
    falls_back(model, torch.zeros(4), "first: it has backward hooks")
    model = Net()
    model.second.register_full_backward_pre_hook(lambda module, outputs: (outputs[0].clamp(0),))
    falls_back(model, torch.zeros(4), "second: it has backward hooks")


def test_tensor_hooks_that_change_gradients_count() -> None:
    class Hooked(Net):
        def forward(self, x: Tensor) -> Tensor:
            h = self.first(x)
            if torch.is_grad_enabled() and not torch.jit.is_tracing() and h.requires_grad:
                h.register_hook(lambda gradient: 0.5 * gradient)
            return self.second(h.tanh())

    falls_back(Hooked(), torch.zeros(4), "")


class InPlace(Net):
    """A rectifier on a value that is used again, and that is positive near the example."""

    def __init__(self) -> None:
        super().__init__()
        nn.init.constant_(self.first.bias, 1000.0)

    def forward(self, x: Tensor) -> Tensor:
        y = self.first(x)
        z = functional.relu(y, inplace=True)
        return self.second(y + z)


class InPlaceLayer(InPlace):
    def __init__(self) -> None:
        super().__init__()
        self.activation = nn.ReLU(inplace=True)

    def forward(self, x: Tensor) -> Tensor:
        y = self.first(x)
        view = y.reshape(4)
        z = self.activation(y)
        return self.second(view.reshape(1, 4) + z)


@pytest.mark.parametrize("kind", [InPlace, InPlaceLayer])
def test_a_value_changed_in_place_and_used_again_is_noticed(kind: type[nn.Module]) -> None:
    compiled = falls_back(kind(), torch.zeros(4), "changes in place a value that is used again")
    x = torch.full((4,), -5000.0)
    expected = autograd_jacobian(kind(), x).numpy()
    np.testing.assert_allclose(compiled(x)[1], expected, rtol=1e-4, atol=1e-6)


def test_changing_a_value_in_place_that_nothing_else_uses_keeps_the_plan() -> None:
    class Residual(Net):
        def forward(self, x: Tensor) -> Tensor:
            x = functional.relu(self.first(x), inplace=True)
            y = self.first(x)
            y += x
            return self.second(functional.relu(y, inplace=True))

    assert compile_jacobian(Residual(), torch.zeros(4)).fallback is None


def test_arithmetic_in_place_on_a_value_with_two_names_is_noticed() -> None:
    class Aliased(Net):
        def forward(self, x: Tensor) -> Tensor:
            y = self.first(x)
            z = y
            z += 1
            return self.second(y + z)

    falls_back(Aliased(), torch.zeros(4), "")


def test_a_replaced_forward_is_not_overlooked() -> None:
    model = Net()
    first = model.first
    first.forward = lambda x: functional.linear(x, first.weight).abs()
    falls_back(model, torch.zeros(4), "first: its forward is replaced")
    model = Net()
    model.forward = lambda x: 2 * nn.functional.linear(x, model.second.weight)
    falls_back(model, torch.zeros(4), "Net: its forward is replaced")


def test_what_replaces_torchs_own_functions_is_not_overlooked(monkeypatch) -> None:
    model = nn.Sequential(nn.Linear(4, 4), nn.ReLU(), nn.Linear(4, 3))
    monkeypatch.setattr(functional, "relu", lambda x, inplace=False: x.clamp(0, 500))
    falls_back(model, torch.zeros(4), "relu is replaced")
    monkeypatch.undo()
    original = nn.Linear.forward
    monkeypatch.setattr(nn.Linear, "forward", lambda self, x: original(self, x).clamp(-500, 500))
    falls_back(model, torch.zeros(4), "Linear.forward is replaced")


def test_a_class_with_a_call_of_its_own_is_not_overlooked() -> None:
    class Doubled(Net):
        def __call__(self, x: Tensor) -> Tensor:
            return super().__call__(x).clamp(-500, 500)

    falls_back(Doubled(), torch.zeros(4), "replaces __call__")


def test_global_hooks_are_not_overlooked() -> None:
    from torch.nn.modules.module import register_module_full_backward_hook

    def double(module: nn.Module, inputs, outputs):
        return (2 * inputs[0],) if isinstance(module, nn.Tanh) else None

    handle = register_module_full_backward_hook(double)
    try:
        model = nn.Sequential(nn.Linear(4, 4), nn.Tanh(), nn.Linear(4, 3))
        falls_back(model, torch.zeros(4), "global module hooks")
    finally:
        handle.remove()


def test_a_difference_that_shows_far_from_the_example_is_noticed(monkeypatch) -> None:
    """As if a layer had been read wrongly: nothing but the comparison can tell."""
    from jacviz.compiler.frontend.elementwise import tanh
    from jacviz.compiler.frontend.op_table import MODULES

    monkeypatch.setitem(MODULES, nn.Hardtanh, lambda value, layer: [])
    monkeypatch.setitem(MODULES, nn.Softsign, tanh)
    model = nn.Sequential(nn.Linear(4, 4), nn.Hardtanh(-20, 20), nn.Linear(4, 3))
    falls_back(model, torch.zeros(4), "the plan and the module differ")
    model = nn.Sequential(nn.Linear(4, 4), nn.Softsign(), nn.Linear(4, 3))
    falls_back(model, torch.zeros(4), "the plan and the module differ")


class _Functional(nn.Module):
    def __init__(self, function) -> None:
        super().__init__()
        self.function = function
        torch.manual_seed(0)
        self.conv, self.norm = nn.Conv2d(1, 2, 3), nn.BatchNorm1d(3)
        self.linear = nn.Linear(8, 4)

    def forward(self, x: Tensor) -> Tensor:
        return self.function(self, x)


@pytest.mark.parametrize(
    ("function", "reason"),
    [
        (lambda m, x: m.conv(x.flatten(0, 1).unsqueeze(1)).reshape(1, -1), "not (1, C, H, W)"),
        (lambda m, x: m.conv(x.permute(1, 0, 2, 3)).reshape(1, -1), "permute"),
        (lambda m, x: m.norm(x[:, :, 0].transpose(1, 2).flatten(0, 1)).reshape(1, -1), ""),
        (lambda m, x: m.norm(x.reshape(64, 3)).reshape(1, -1), "its input has shape (64, 3)"),
        (lambda m, x: m.linear(x.flatten(0, 2)).reshape(1, -1), "rows at once"),
        (lambda m, x: functional.max_pool2d(x.flatten(0, 1), 2).reshape(1, -1), "not (1, C, H, W)"),
        (lambda m, x: (x * (2 + 1j)).real.flatten(1), "complex"),
        (lambda m, x: (x.tanh() / torch.zeros(1)).nan_to_num(0, 1, 1).flatten(1), "zero"),
        (lambda m, x: (x.tanh() / 0).clamp(-1, 1).flatten(1), "zero"),
        (lambda m, x: (x * float("inf")).clamp(-1, 1).flatten(1), "infinity"),
    ],
)
def test_whatever_cannot_be_read_is_a_fallback_with_its_reason(function, reason: str) -> None:
    model, x = _Functional(function).eval(), torch.ones(3, 8, 8)
    nn.init.normal_(model.norm.running_mean)
    compiled = compile_jacobian(model, x)
    assert compiled.plan is None
    assert reason in str(compiled.fallback)
    expected = autograd_jacobian(model, x).numpy()
    np.testing.assert_allclose(compiled(x)[1], expected, rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("error", [ValueError, ZeroDivisionError, TypeError, RecursionError])
def test_a_reader_that_fails_is_a_fallback_with_its_reason(monkeypatch, error) -> None:
    from jacviz.compiler.frontend.op_table import MODULES

    def broken(value, layer):
        raise error("no such thing")

    monkeypatch.setitem(MODULES, nn.Softplus, broken)
    model = nn.Sequential(nn.Linear(4, 4), nn.Softplus())
    falls_back(model, torch.zeros(4), f"1 (Softplus): it cannot be read: {error.__name__}")


def test_reading_leaves_no_trace_in_a_module_that_keeps_what_it_computes() -> None:
    from jacviz.autodiff.plan import plan_of

    class Keeps(Net):
        def forward(self, x: Tensor) -> Tensor:
            self.hidden = self.first(x).tanh()
            return self.second(self.hidden)

    model = Keeps()
    before = copy.copy(vars(model))
    assert len(plan_of(model, torch.zeros(4)).steps) == 3
    assert vars(model) == before


def test_a_module_that_autograd_cannot_differentiate_is_refused() -> None:
    class Impossible(Net):
        def forward(self, x: Tensor) -> Tensor:
            with torch.inference_mode():
                h = self.first(x).tanh()
            return self.second(x * h)

    with pytest.raises(InputError, match="PyTorch can differentiate, got one that it cannot"):
        compile_jacobian(Impossible(), torch.zeros(4))


@pytest.mark.parametrize("backend", ["nope", None, "LLVM"])
@pytest.mark.parametrize("model", [nn.Linear(4, 3), nn.Softplus()])
def test_an_unknown_backend_is_refused_with_a_plan_and_without(model, backend) -> None:
    with pytest.raises(InputError, match="expected backend 'auto', 'numpy' or 'llvm', got"):
        compile_jacobian(model, torch.zeros(4), backend=backend)


@pytest.mark.parametrize("functional_form", [False, True])
def test_a_max_pooling_window_of_padding_alone_is_refused(functional_form: bool) -> None:
    class Pools(nn.Module):
        def forward(self, x: Tensor) -> Tensor:
            return functional.max_pool2d(x, (2, 2), (2, 3), (1, 0), 2)

    model = Pools() if functional_form else nn.MaxPool2d((2, 2), (2, 3), (1, 0), 2)
    from jacviz import jacobian

    for compute in (compile_jacobian, jacobian):
        with pytest.raises(InputError, match="a window that holds padding alone"):
            compute(model, torch.zeros(1, 1, 8))
