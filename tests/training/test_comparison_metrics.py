"""The figures that networks are compared by, on cases worked out by hand and on MNIST."""

import re
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from numpy.typing import NDArray
from PIL import Image

from jacviz.cli.compare import command
from jacviz.compiler import CompiledJacobian, compile_jacobian
from jacviz.explain import nearest_flip
from jacviz.explain.sensitivity import sensitivity
from jacviz.models.lenet5 import load_lenet5
from jacviz.models.shipped import WEIGHTS
from jacviz.resources import ASSETS
from jacviz.training.comparison.figure import draw
from jacviz.training.comparison.metrics import REACH, measure, near_ink
from jacviz.training.data import mnist as read_mnist

BENCHMARKS = ASSETS / "benchmarks.md"
Digits = NDArray[np.float32]


@pytest.fixture(scope="module")
def graphs() -> dict[str, CompiledJacobian]:
    example = np.zeros((1, 28, 28), np.float32)
    return {name: compile_jacobian(load_lenet5(name), example) for name in WEIGHTS}


def test_near_the_ink_means_at_most_three_pixels_away_as_the_crow_flies() -> None:
    image = np.zeros((1, 28, 20), np.float32)
    image[0, 2, 9] = 0.1
    image[0, 20, 0] = 1
    rows, columns = np.mgrid[:28, :20]
    first, second = np.hypot(rows - 2, columns - 9), np.hypot(rows - 20, columns)
    np.testing.assert_array_equal(near_ink(image)[0], np.minimum(first, second) <= REACH)


def test_the_figures_are_what_they_are_called(
    graphs: dict[str, CompiledJacobian], digits: Digits
) -> None:
    few, graph = digits[:6], graphs["readable"]
    answers = [sensitivity(graph, image) for image in few]
    tops = np.array([answer.top for answer in answers])
    labels = np.where(np.arange(6) < 2, (tops + 1) % 10, tops)
    found = measure(graph, few, labels, every=3)
    assert found.accuracy == pytest.approx(4 / 6)
    assert found.saturated == np.mean([answer.saturated for answer in answers])
    strength = np.stack([np.abs(a.jacobian("probability")).sum(axis=0) for a in answers])
    shares = (strength * near_ink(few)).sum(axis=(1, 2)) / strength.sum(axis=(1, 2))
    assert found.near == pytest.approx(shares.mean(), rel=1e-5)
    assert found.even == near_ink(few).mean()
    flips = [nearest_flip(graph, image) for image in few[::3]]
    assert found.flip == pytest.approx(np.mean([flip.size.l2 for flip in flips if flip]))
    assert found.flipped == 2


def test_the_picture_has_a_column_for_each_digit_and_a_row_for_each_network(
    graphs: dict[str, CompiledJacobian], digits: Digits
) -> None:
    one, two = draw(digits[:1], graphs), draw(digits[:2], graphs)
    alone = draw(digits[:1], {"standard": graphs["standard"]})
    assert two.width > one.width > 224
    assert one.height > alone.height > 2 * 224


def benchmark_row(start: str) -> list[float]:
    """The figures of one row of the benchmarks' table of networks."""
    text = BENCHMARKS.read_text(encoding="utf-8").partition("## Two networks")[2]
    line = next(line for line in text.splitlines() if line.startswith(f"| {start}"))
    return [float(figure) for figure in re.findall(r"[\d.]+", " ".join(line.split("|")[-3:]))]


def test_the_benchmarks_tell_the_figures(mnist: Path, graphs: dict[str, CompiledJacobian]) -> None:
    test = read_mnist(mnist, train=False)
    images, labels = test.ink[:, 0].numpy(), test.labels.numpy()
    for column, graph in enumerate(graphs.values()):
        found = measure(graph, images, labels, every=len(images))
        # A tenth of a percent leaves room for another machine's rounding near a threshold.
        assert benchmark_row("accuracy")[column] == pytest.approx(100 * found.accuracy, abs=0.1)
        assert benchmark_row("saturated")[column] == pytest.approx(100 * found.saturated, abs=0.1)
        assert benchmark_row("share of")[column] == pytest.approx(100 * found.near, abs=0.1)
    standard, readable = benchmark_row("smallest change")
    assert readable > standard


def test_the_command_prints_the_table_and_draws_the_picture(mnist: Path, tmp_path: Path) -> None:
    picture = tmp_path / "two.png"
    run = ["--data", str(mnist), "--every", "10000", "--picture", str(picture)]
    result = CliRunner().invoke(command, run)
    assert result.exit_code == 0, result.output
    for row in ("|  | standard | readable |", "| accuracy |", "| smallest change"):
        assert row in result.output
    with Image.open(picture) as drawn:
        assert drawn.width > 5 * 224
