"""`jacviz train`: the same again from the same seed, and a card that tells the truth."""

import dataclasses
import re
from pathlib import Path

import pytest
import torch
from click.testing import CliRunner
from safetensors import safe_open
from safetensors.torch import load_file

from jacviz.cli.train import command
from jacviz.errors import InputError
from jacviz.models.lenet5 import LeNet5, load_lenet5
from jacviz.models.shipped import WEIGHTS
from jacviz.training import RECIPES, Recipe, evaluate, train
from jacviz.training.data import Digits
from jacviz.training.data import mnist as read_mnist
from jacviz.training.digit_styles import draw_styled_digits
from jacviz.training.fit import fit, folded_forward
from jacviz.training.run import framed_again

TINY = Recipe(epochs=2, batch=32)


@pytest.fixture(scope="module")
def few() -> Digits:
    return Digits(*draw_styled_digits(200, seed=1))


def percentages(card: str, row: str) -> list[float]:
    """The figures in one row of a model card's table."""
    line = next(line for line in card.splitlines() if line.startswith(f"| {row}"))
    return [float(figure) / 100 for figure in re.findall(r"([\d.]+)%", line)]


@pytest.mark.parametrize("radius", [0.0, 1.5])
def test_the_same_seed_gives_the_same_weights_bit_for_bit(few: Digits, radius: float) -> None:
    def weights(seed: int) -> list[torch.Tensor]:
        recipe = dataclasses.replace(TINY, seed=seed, radius=radius)
        model = fit(few, recipe, lambda *_: None)
        return list(model.state_dict().values())

    first, again, other = weights(5), weights(5), weights(6)
    assert all(torch.equal(a, b) for a, b in zip(first, again, strict=True))
    assert not all(torch.equal(a, b) for a, b in zip(first, other, strict=True))


def test_training_learns_and_reports_its_progress(few: Digits) -> None:
    reports: list[tuple[float, float, float]] = []
    fit(
        few,
        dataclasses.replace(TINY, epochs=12, averaging=0.5),
        lambda *report: reports.append(report),
    )
    epochs, losses, _ = zip(*reports, strict=True)
    assert list(epochs) == pytest.approx(range(1, 13))
    assert losses[-1] < 0.8 * losses[0]


def test_training_goes_through_the_same_function_as_the_model(lenet5: LeNet5) -> None:
    ink = torch.rand(5, 1, 28, 28)
    torch.testing.assert_close(folded_forward(lenet5, ink), lenet5(ink), rtol=1e-4, atol=1e-5)


def test_training_leaves_threads_and_random_numbers_as_they_were(few: Digits) -> None:
    threads = torch.get_num_threads()
    torch.manual_seed(0)
    expected = torch.rand(2)
    torch.manual_seed(0)
    fit(few, dataclasses.replace(TINY, epochs=1), lambda *_: None)
    assert torch.equal(torch.rand(2), expected)
    assert torch.get_num_threads() == threads


@pytest.mark.parametrize(
    ("recipe", "limit", "message"),
    [
        (Recipe(epochs=0), None, "at least 1 epoch, got 0"),
        (Recipe(seed=-1), None, "seed from 0 to 2147483647, got -1"),
        (Recipe(), 5, "at least 100 digits, got 5"),
    ],
)
def test_numbers_out_of_range_are_refused(
    tmp_path: Path, recipe: Recipe, limit: int | None, message: str
) -> None:
    with pytest.raises(InputError, match=message):
        train(tmp_path, tmp_path / "out", recipe, limit=limit)
    assert not (tmp_path / "out").exists()


def test_without_a_folder_and_without_download_there_is_nothing_to_train_on(
    tmp_path: Path,
) -> None:
    with pytest.raises(InputError, match="a folder with MNIST or download=True"):
        train(None, tmp_path / "out")


@pytest.mark.slow
def test_the_command_writes_weights_and_a_card_that_agree(mnist: Path, tmp_path: Path) -> None:
    run = ["--data", str(mnist), "--out", str(tmp_path), "--epochs", "1", "--limit", "300"]
    result = CliRunner().invoke(command, run)
    assert result.exit_code == 0, result.output
    assert "MNIST test set: accuracy" in result.output

    model = load_lenet5(tmp_path / "lenet5.safetensors")
    test = read_mnist(mnist, train=False)
    card = (tmp_path / "lenet5.md").read_text()
    found = evaluate(model, test.ink, test.labels)
    assert percentages(card, "accuracy")[0] == pytest.approx(found.accuracy, abs=1e-4)
    assert "jacviz train --epochs 1 --seed 1998 --limit 300" in card
    assert sorted(path.name for path in tmp_path.iterdir()) == ["lenet5.md", "lenet5.safetensors"]


@pytest.fixture(params=list(WEIGHTS))
def shipped(request: pytest.FixtureRequest) -> str:
    """The name of each shipped network in turn."""
    return str(request.param)


@pytest.mark.slow
def test_the_shipped_cards_tell_the_shipped_networks_figures(mnist: Path, shipped: str) -> None:
    model = load_lenet5(shipped)
    card = WEIGHTS[shipped].with_suffix(".md").read_text(encoding="utf-8")
    test = read_mnist(mnist, train=False)
    for column, ink in enumerate((test.ink, framed_again(test))):
        found = evaluate(model, ink, test.labels)
        # A tenth of a percent leaves room for another machine's rounding near a threshold.
        assert percentages(card, "accuracy")[column] == pytest.approx(found.accuracy, abs=1e-3)
        assert percentages(card, "saturated")[column] == pytest.approx(found.saturated, abs=1e-3)
        assert percentages(card, "expected")[column] == pytest.approx(found.ece, abs=1e-3)


@pytest.mark.slow
def test_the_standard_network_is_as_good_as_promised(mnist: Path, lenet5: LeNet5) -> None:
    test = read_mnist(mnist, train=False)
    found = evaluate(lenet5, test.ink, test.labels)
    assert found.accuracy >= 0.992
    assert found.saturated <= 0.10
    assert found.ece <= 0.01
    assert evaluate(lenet5, framed_again(test), test.labels).accuracy >= 0.99


def test_the_shipped_weights_were_made_by_their_recipes(shipped: str) -> None:
    recipe = RECIPES[shipped]
    weights = WEIGHTS[shipped]
    radius = {"radius": str(recipe.radius)} if recipe.radius else {}
    with safe_open(weights, "pt") as file:
        assert file.metadata() == {
            "recipe": str(recipe.version),
            "seed": str(recipe.seed),
            "epochs": str(recipe.epochs),
            **radius,
        }
    assert set(load_file(weights)) == set(LeNet5().state_dict())
