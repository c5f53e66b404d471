"""LeNet-5: the architecture of 1998, and weights that are checked before they are used."""

from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file
from torch import nn
from torch.nn import functional

from jacviz.errors import AssetError
from jacviz.models.lenet5 import LeNet5, load_lenet5
from jacviz.models.shipped import STANDARD, WEIGHTS


def test_ink_goes_in_and_ten_logits_come_out(lenet5: LeNet5) -> None:
    assert lenet5(torch.rand(3, 1, 28, 28)).shape == (3, 10)


def test_it_is_the_network_of_1998_with_average_pooling_and_tanh() -> None:
    weights = [tuple(p.shape) for p in LeNet5().parameters()]
    assert weights[::2] == [(6, 1, 5, 5), (16, 6, 5, 5), (120, 400), (84, 120), (10, 84)]
    assert sum(p.numel() for p in LeNet5().parameters()) == 61_706
    kinds = [type(layer) for layer in [*LeNet5().features, *LeNet5().classifier]]
    block = [nn.Conv2d, nn.AvgPool2d, nn.Tanh]
    assert kinds == [*block, *block, nn.Linear, nn.Tanh, nn.Linear, nn.Tanh, nn.Linear]


def test_the_forward_pass_is_what_the_operations_one_by_one_give(lenet5: LeNet5) -> None:
    w = lenet5.state_dict()
    ink = torch.rand(4, 1, 28, 28)
    x = (ink - 0.1307) / 0.3081
    for layer, padding in (("features.0", 2), ("features.3", 0)):
        x = functional.conv2d(x, w[f"{layer}.weight"], w[f"{layer}.bias"], padding=padding)
        x = torch.tanh(functional.avg_pool2d(x, 2))
    x = x.flatten(1)
    x = torch.tanh(x @ w["classifier.0.weight"].T + w["classifier.0.bias"])
    x = torch.tanh(x @ w["classifier.2.weight"].T + w["classifier.2.bias"])
    x = x @ w["classifier.4.weight"].T + w["classifier.4.bias"]
    torch.testing.assert_close(lenet5(ink), x)


def test_its_jacobian_is_per_unit_of_ink_so_standardisation_counts(lenet5: LeNet5) -> None:
    torch.manual_seed(0)
    model = load_lenet5().double()
    ink, way = torch.rand(2, 1, 1, 28, 28, dtype=torch.float64)
    _, slope = torch.func.jvp(model, (ink,), (way,))
    step = 1e-6
    difference = (model(ink + step * way) - model(ink - step * way)) / (2 * step)
    torch.testing.assert_close(slope, difference, rtol=1e-6, atol=1e-6)


def test_loaded_weights_are_frozen_and_ready_to_evaluate(lenet5: LeNet5) -> None:
    assert not lenet5.training
    assert not any(p.requires_grad for p in lenet5.parameters())


def test_loading_gives_back_what_was_saved(tmp_path: Path) -> None:
    saved = LeNet5()
    save_file(saved.state_dict(), tmp_path / "mine.safetensors")
    loaded = load_lenet5(str(tmp_path / "mine.safetensors"))
    ink = torch.rand(2, 1, 28, 28)
    torch.testing.assert_close(loaded(ink), saved(ink), rtol=0, atol=0)


def test_missing_weights_are_named_with_the_way_to_get_some(tmp_path: Path) -> None:
    with pytest.raises(AssetError, match=r"no weights at .*none\.safetensors.*jacviz train"):
        load_lenet5(tmp_path / "none.safetensors")


@pytest.mark.parametrize("length", [0, 5, 500, 100_000])
def test_a_cut_off_file_is_named_as_unreadable(tmp_path: Path, length: int) -> None:
    damaged = tmp_path / "cut.safetensors"
    damaged.write_bytes(WEIGHTS[STANDARD].read_bytes()[:length])
    with pytest.raises(AssetError, match=r"cut\.safetensors is not a readable safetensors file"):
        load_lenet5(damaged)


def test_a_pickle_is_never_opened(tmp_path: Path) -> None:
    torch.save(LeNet5().state_dict(), tmp_path / "pickled.safetensors")
    with pytest.raises(AssetError, match="not a readable safetensors file"):
        load_lenet5(tmp_path / "pickled.safetensors")


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("classifier.4.weight", torch.zeros(26, 84), r"shape \(26, 84\) instead of \(10, 84\)"),
        ("classifier.4.bias", torch.full((10,), torch.nan), "classifier.4.bias holds values"),
        ("classifier.4.bias", torch.zeros(10, dtype=torch.int64), "not finite floats"),
        ("classifier.4.bias", None, "classifier.4.bias is missing"),
        ("extra", torch.zeros(1), "extra does not belong"),
    ],
)
def test_other_weights_are_refused_with_what_differs(
    tmp_path: Path, name: str, value: torch.Tensor | None, message: str
) -> None:
    weights = load_file(WEIGHTS[STANDARD])
    weights.pop(name, None)
    if value is not None:
        weights[name] = value
    save_file(weights, tmp_path / "other.safetensors")
    with pytest.raises(AssetError, match=message):
        load_lenet5(tmp_path / "other.safetensors")


@pytest.mark.parametrize("name", WEIGHTS)
def test_shipped_networks_are_loaded_by_name(name: str) -> None:
    ink = torch.rand(2, 1, 28, 28)
    expected = load_lenet5(WEIGHTS[name])(ink)
    torch.testing.assert_close(load_lenet5(name)(ink), expected, rtol=0, atol=0)


def test_without_a_name_the_standard_network_is_loaded() -> None:
    ink = torch.rand(2, 1, 28, 28)
    torch.testing.assert_close(load_lenet5()(ink), load_lenet5("standard")(ink), rtol=0, atol=0)
    assert not torch.equal(load_lenet5()(ink), load_lenet5("readable")(ink))
