"""What counts as a derivative: for every method, what autograd's backward pass gives, or nothing.

The reference is computed here, by torch.autograd.grad for each output.
"""

import pytest
import torch
from torch import Tensor, nn

import jacviz

from installed import method_params


class Net(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        torch.manual_seed(0)
        self.first, self.second = nn.Linear(4, 4), nn.Linear(4, 3)

    def forward(self, x: Tensor) -> Tensor:
        return self.second(self.first(x).tanh())


class NoGrad(Net):
    def forward(self, x: Tensor) -> Tensor:
        with torch.no_grad():
            h = self.first(x).tanh()
        return self.second(h) + self.second(x)


class NoGradThroughout(Net):
    @torch.no_grad()
    def forward(self, x: Tensor) -> Tensor:
        return super().forward(x)


class SwitchedOffAndLeft(Net):
    def forward(self, x: Tensor) -> Tensor:
        h = self.first(x).tanh()
        torch.set_grad_enabled(False)
        return self.second(h)


class SwitchedOffBetween(Net):
    def forward(self, x: Tensor) -> Tensor:
        h = self.first(x).tanh()
        torch.set_grad_enabled(False)
        h = h + self.first(h).sigmoid()
        torch.set_grad_enabled(True)
        return self.second(h) + x[:, :3]


class Inference(Net):
    def forward(self, x: Tensor) -> Tensor:
        with torch.inference_mode():
            h = self.second(self.first(x).tanh())
        return self.second(x) + h


class Detached(Net):
    def forward(self, x: Tensor) -> Tensor:
        return self.second(self.first(x).tanh().detach()) + self.second(x).tanh()


class NotOfTheInput(Net):
    def forward(self, x: Tensor) -> Tensor:
        return self.second(self.first(torch.ones_like(x)))


class TensorHook(Net):
    def forward(self, x: Tensor) -> Tensor:
        h = self.first(x).tanh()
        if h.requires_grad:
            h.register_hook(lambda gradient: 3 * gradient)
        return self.second(h)


class StraightThrough(Net):
    def forward(self, x: Tensor) -> Tensor:
        h = self.first(x)
        return self.second(h + (h.sign() - h).detach())


def backward_hook() -> nn.Module:
    model = Net()
    model.first.register_full_backward_hook(lambda module, inputs, outputs: (3 * inputs[0],))
    return model


def clamping_hook() -> nn.Module:
    model = Net()
    model.second.register_full_backward_hook(
        lambda module, inputs, outputs: (inputs[0].clamp(-0.1, 0.1),)
    )
    return model


MODELS = [
    NoGrad,
    NoGradThroughout,
    SwitchedOffAndLeft,
    SwitchedOffBetween,
    Inference,
    Detached,
    NotOfTheInput,
    TensorHook,
    StraightThrough,
    backward_hook,
    clamping_hook,
]


def by_autograd(model: nn.Module, x: Tensor) -> Tensor:
    x = x.clone().requires_grad_()
    with torch.enable_grad():
        outputs = model(x[None])[0]
    if not outputs.requires_grad:
        return torch.zeros(len(outputs), *x.shape)
    with torch.enable_grad():
        rows = [
            torch.autograd.grad(y, x, retain_graph=True, materialize_grads=True)[0]
            for y in outputs.unbind()
        ]
    return torch.stack(rows)


@pytest.mark.parametrize("method", method_params())
@pytest.mark.parametrize("build", MODELS, ids=lambda build: build.__name__)
@pytest.mark.filterwarnings("ignore::UserWarning")
def test_a_method_gives_what_autograd_gives_or_refuses(build, method: str) -> None:
    if method == "torch-compile" and build is not NoGrad:
        pytest.skip("compiles what 'traced' runs, which takes seconds")
    model, x = build(), torch.randn(4, generator=torch.Generator().manual_seed(1))
    expected = by_autograd(model, x)
    try:
        found = jacviz.jacobian(model, x, method=method)
    except jacviz.InputError:
        assert not jacviz.methods()[method].supports_any_module
    else:
        torch.testing.assert_close(found, expected, rtol=1e-5, atol=1e-6)
    assert torch.is_grad_enabled()
