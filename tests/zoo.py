"""Differently built modules, each with the shape of its input and how jacviz should run it."""

import copy
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional


@dataclass(frozen=True)
class ModuleCase:
    name: str
    build: Callable[[], nn.Module]
    shape: tuple[int, ...]
    has_plan: bool = True

    def model(self, seed: int = 0) -> nn.Module:
        """In eval mode, with batch norms that have seen something."""
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            model = self.build()
            for module in model.modules():
                if isinstance(module, nn.BatchNorm1d | nn.BatchNorm2d) and module.affine:
                    nn.init.normal_(module.running_mean)
                    nn.init.uniform_(module.running_var, 0.5, 2.0)
                    nn.init.uniform_(module.weight, 0.5, 2.0)
                    nn.init.normal_(module.bias)
        return model.eval()


class Standardised(nn.Module):
    """(x - mean) / std for each channel, then a network."""

    def __init__(self, mean: list[float], std: list[float], network: nn.Module) -> None:
        super().__init__()
        self.register_buffer("mean", torch.tensor(mean)[:, None, None])
        self.register_buffer("std", torch.tensor(std)[:, None, None])
        self.network = network

    def forward(self, x: Tensor) -> Tensor:
        return self.network((x - self.mean) / self.std)


class Functional(nn.Module):
    """The function forms, and arithmetic with numbers on either side."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(1, 4, 3)
        self.head = nn.Linear(4 * 13 * 13, 7)
        self.register_buffer("gain", torch.rand(4, 13, 13) + 0.5)

    def forward(self, x: Tensor) -> Tensor:
        x = 1.0 - 2 * x
        x = functional.leaky_relu(functional.avg_pool2d(self.conv(x), 2), 0.2)
        x = functional.dropout(x * self.gain, training=self.training)
        return -self.head(x.view(x.size(0), -1)).tanh() / 3


class Residual(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.first = nn.Conv2d(1, 5, 3, padding=1)
        self.second = nn.Conv2d(5, 5, 3, padding=1)
        self.head = nn.Linear(5, 4)

    def forward(self, x: Tensor) -> Tensor:
        x = self.first(x).tanh()
        x = x + self.second(x).tanh()
        return self.head(x.mean((2, 3)))


class Branching(nn.Module):
    """Takes one of two paths, depending on its input: nothing can trace it."""

    def __init__(self) -> None:
        super().__init__()
        self.bright, self.dark = nn.Linear(20, 3), nn.Linear(20, 3)

    def forward(self, x: Tensor) -> Tensor:
        return self.bright(x) if float(x.detach().sum()) > 0 else self.dark(x).tanh()


class _Square(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x * x

    @staticmethod
    def backward(ctx, gradient):
        return 2 * ctx.saved_tensors[0] * gradient


class OldAutograd(nn.Module):
    """An autograd function of the old style, which torch.func refuses."""

    def __init__(self) -> None:
        super().__init__()
        self.head = nn.Linear(6, 3)

    def forward(self, x: Tensor) -> Tensor:
        return self.head(_Square.apply(x))


def _sequence(*layers: nn.Module) -> Callable[[], nn.Module]:
    def build() -> nn.Module:
        model = nn.Sequential(*copy.deepcopy(layers))
        for module in model.modules():
            if hasattr(module, "reset_parameters"):
                module.reset_parameters()
        return model

    return build


def _lenet5() -> nn.Module:
    from jacviz.models.lenet5 import LeNet5

    return LeNet5()


ZOO = [
    ModuleCase("LeNet-5", _lenet5, (1, 28, 28)),
    ModuleCase(
        "ReLU and max-pool LeNet-5",
        _sequence(
            nn.Conv2d(1, 6, 5, padding=2),
            nn.ReLU(),
            nn.MaxPool2d(2),
            nn.Conv2d(6, 16, 5),
            nn.ReLU(),
            nn.MaxPool2d(2),
            nn.Flatten(),
            nn.Linear(400, 60),
            nn.ReLU(),
            nn.Linear(60, 10),
        ),
        (1, 28, 28),
    ),
    ModuleCase(
        "the article's toy network",
        _sequence(nn.Linear(500, 100), nn.ReLU(), nn.Linear(100, 10), nn.Softmax(dim=1)),
        (500,),
    ),
    ModuleCase("one affine map", _sequence(nn.Flatten(), nn.Linear(35, 4)), (5, 7)),
    ModuleCase(
        "affine maps in a row",
        _sequence(nn.Linear(9, 30), nn.Linear(30, 8, bias=False), nn.Sigmoid(), nn.Linear(8, 3)),
        (9,),
    ),
    ModuleCase(
        "standardised colour before zero padding",
        lambda: Standardised(
            [0.4, 0.5, 0.3],
            [0.2, 0.3, 0.25],
            nn.Sequential(
                nn.Conv2d(3, 8, 3, padding=1, bias=False),
                nn.BatchNorm2d(8),
                nn.Tanh(),
                nn.Conv2d(8, 12, 3, stride=2, padding=1),
                nn.BatchNorm2d(12),
                nn.Sigmoid(),
                nn.AvgPool2d(3),
                nn.Flatten(),
                nn.Dropout(0.5),
                nn.Linear(48, 5),
            ),
        ),
        (3, 12, 15),
    ),
    ModuleCase(
        "stride, dilation and groups on a non-square image",
        _sequence(
            nn.Conv2d(2, 6, (3, 5), stride=(2, 3), padding=(1, 2), dilation=(2, 1)),
            nn.Tanh(),
            nn.Conv2d(6, 9, 3, groups=3, padding="same"),
            nn.LeakyReLU(0.1),
            nn.Conv2d(9, 4, (1, 2), stride=(1, 2)),
            nn.Flatten(),
            nn.Linear(128, 6),
        ),
        (2, 17, 24),
    ),
    ModuleCase(
        "depthwise and pointwise, wide",
        _sequence(
            nn.Conv2d(3, 16, 3, padding=1),
            nn.ReLU(),
            nn.Conv2d(16, 16, 3, padding=1, groups=16),
            nn.BatchNorm2d(16, affine=False),
            nn.Conv2d(16, 24, 1),
            nn.ReLU(),
            nn.AvgPool2d(4, stride=3, padding=1),
            nn.Flatten(),
            nn.Linear(1176, 3),
        ),
        (3, 20, 20),
    ),
    ModuleCase(
        "large enough for unbanded convolutions",
        _sequence(
            nn.Conv2d(3, 24, 4, stride=2, padding=1),
            nn.Tanh(),
            nn.AvgPool2d(2),
            nn.Conv2d(24, 32, 3, padding=1),
            nn.Tanh(),
            nn.Conv2d(32, 2, 3),
            nn.AvgPool2d((6, 8)),
            nn.Flatten(),
        ),
        (3, 32, 40),
    ),
    ModuleCase(
        "overlapping and padded max-pooling",
        _sequence(
            nn.Conv2d(1, 3, 3),
            nn.MaxPool2d(3, stride=2, padding=1),
            nn.Tanh(),
            nn.MaxPool2d(2, stride=1, dilation=2),
            nn.Flatten(),
            nn.Linear(48, 11),
        ),
        (1, 14, 14),
    ),
    ModuleCase(
        "fully convolutional, an image out",
        _sequence(nn.AvgPool2d(2), nn.Conv2d(2, 3, 3, padding=1), nn.Tanh()),
        (2, 8, 6),
    ),
    ModuleCase(
        "batch norm of features, flattened before the activation",
        _sequence(
            nn.Conv2d(2, 4, 3),
            nn.Flatten(),
            nn.BatchNorm1d(96),
            nn.Tanh(),
            nn.Linear(96, 20),
            nn.BatchNorm1d(20),
            nn.ReLU(),
            nn.Linear(20, 1),
        ),
        (2, 8, 6),
    ),
    ModuleCase("functions and arithmetic", Functional, (1, 28, 28)),
    ModuleCase(
        "an image made of a vector",
        _sequence(
            nn.Linear(12, 32),
            nn.Unflatten(1, (2, 4, 4)),
            nn.Tanh(),
            nn.Conv2d(2, 3, 3),
            nn.Flatten(),
            nn.LogSoftmax(dim=-1),
        ),
        (12,),
    ),
    ModuleCase("no layer at all", nn.Identity, (6,)),
    ModuleCase(
        "GELU",
        _sequence(
            nn.Flatten(),
            nn.Linear(36, 24),
            nn.GELU(),
            nn.Linear(24, 20),
            nn.SiLU(),
            nn.Linear(20, 20),
            nn.ELU(0.7),
            nn.Linear(20, 12),
            nn.GELU("tanh"),
            nn.Linear(12, 4),
        ),
        (1, 6, 6),
    ),
    ModuleCase(
        "adaptive average pooling",
        _sequence(
            nn.Conv2d(1, 4, 3),
            nn.Tanh(),
            nn.AdaptiveAvgPool2d((4, 3)),
            nn.Flatten(),
            nn.Linear(48, 5),
        ),
        (1, 12, 13),
    ),
    ModuleCase("a residual connection", Residual, (1, 10, 9)),
    ModuleCase(
        "Softplus",
        _sequence(nn.Flatten(), nn.Linear(36, 12), nn.Softplus(), nn.Linear(12, 4)),
        (1, 6, 6),
        has_plan=False,
    ),
    ModuleCase(
        "a sequence",
        _sequence(nn.Conv1d(2, 4, 3), nn.Tanh(), nn.Flatten(), nn.Linear(40, 3)),
        (2, 12),
        has_plan=False,
    ),
    ModuleCase("a path that depends on the input", Branching, (20,), has_plan=False),
    ModuleCase("an autograd function of the old style", OldAutograd, (6,), has_plan=False),
]
