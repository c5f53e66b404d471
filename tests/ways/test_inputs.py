"""What jacviz.jacobian accepts, and what it says to everything else."""

import numpy as np
import pytest
import torch
from torch import nn

import jacviz

from installed import each

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
    from jacviz.ways import rows

    monkeypatch.setattr(rows, "_SCRATCH", 500)
    model = nn.Sequential(nn.Linear(40, 70), nn.Tanh())
    x = torch.randn(40)
    assert rows.group_size(model, x) < len(x)
    expected = jacviz.jacobian(model, x, method="loop")
    for method in ("func", "func-forward", "traced"):
        torch.testing.assert_close(jacviz.jacobian(model, x, method=method), expected)


@pytest.mark.parametrize(
    ("x", "complaint"),
    [
        (torch.zeros(3, dtype=torch.uint8), "not uint8; divide 8-bit images by 255"),
        (torch.tensor([0, float("nan"), 0]), "NaN or infinity"),
        (torch.zeros(0), "holds nothing"),
        (torch.zeros(4), r"batch of shape \(1, 4\)"),
        (torch.zeros(3, dtype=torch.float64), "computes in float32 and the input is in float64"),
        (torch.zeros(3, device="meta"), "computes on cpu and the input is on meta"),
        ("ink", "floating point numbers is accepted"),
    ],
)
def test_bad_input_is_named(x: object, complaint: str) -> None:
    with pytest.raises(jacviz.InputError, match=complaint):
        jacviz.jacobian(MODEL, x)  # type: ignore[arg-type]


class _Pair(nn.Module):
    def forward(self, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        return x, x


class _Noisy(nn.Module):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return nn.functional.dropout(x, 0.5, training=True)


@pytest.mark.parametrize(
    ("model", "complaint"),
    [
        (lambda x: x, "a model is a torch.nn.Module, not function"),
        (_Pair(), "returns tuple"),
        (_Noisy(), "answers differently to the same input"),
    ],
)
def test_models_that_no_method_can_take_are_named(model: nn.Module, complaint: str) -> None:
    with pytest.raises(jacviz.InputError, match=complaint):
        jacviz.jacobian(model, torch.ones(64), method="loop")


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU that PyTorch can use")
@pytest.mark.parametrize("method", each())
def test_the_device_is_kept(method: str) -> None:
    model = nn.Sequential(nn.Linear(5, 4), nn.Tanh(), nn.Linear(4, 3)).cuda()
    x = torch.randn(5, device="cuda")
    jacobian = jacviz.jacobian(model, x, method=method)
    assert jacobian.device == x.device
    torch.testing.assert_close(jacobian, jacviz.jacobian(model, x, method="loop"))
