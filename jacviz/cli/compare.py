"""`jacviz compare`: the shipped networks on MNIST's test digits."""

from functools import partial
from pathlib import Path

import click
import numpy as np
from rich.console import Console
from rich.progress import Progress, TaskID

PICTURED = (20, 33, 44, 60, 76)
"""Digits of assets/digits.npz that the picture shows."""


@click.command("compare")
@click.option(
    "--data",
    type=click.Path(file_okay=False, path_type=Path),
    required=True,
    help="Folder with MNIST as torchvision lays it out (MNIST/raw inside).",
)
@click.option(
    "--every",
    type=click.IntRange(min=1),
    default=10,
    show_default=True,
    help="Look for the smallest change that flips the answer at every N-th digit.",
)
@click.option(
    "--picture",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Also draw five digits through every network, as PNG.",
)
def command(data: Path, every: int, picture: Path | None) -> None:
    """Compare the networks that ship with jacviz on MNIST's test set.

    Prints, as a table in Markdown: accuracy; the share of digits with p > 0.999; how much of the
    probability Jacobian lies near the ink; and the mean length of the smallest change of ink that
    flips the answer, as far as DeepFool with a refinement finds it (an upper bound).
    """
    from jacviz.compiler import compile_jacobian
    from jacviz.models.lenet5 import load_lenet5
    from jacviz.models.registry import get_model
    from jacviz.models.shipped import WEIGHTS
    from jacviz.resources import ASSETS
    from jacviz.training.comparison.figure import draw
    from jacviz.training.comparison.metrics import measure
    from jacviz.training.comparison.table import table
    from jacviz.training.data import mnist

    test = mnist(data, train=False)
    images, labels = test.ink[:, 0].numpy(), test.labels.numpy()
    graphs = {name: compile_jacobian(load_lenet5(name), images[0]) for name in WEIGHTS}
    figures = {}
    with Progress(console=Console(stderr=True)) as bar:
        for name, graph in graphs.items():
            task = bar.add_task(get_model(name).title, total=len(images))
            figures[name] = measure(
                graph,
                images,
                labels,
                every=every,
                progress=partial(_advance, bar, task),
            )
            bar.update(task, completed=len(images))
    click.echo(table(figures))
    count = max(each.flipped for each in figures.values())
    click.echo(f"\nMNIST test set, {len(images):,} digits; the last row on {count:,} of them.")
    if picture is not None:
        with np.load(ASSETS / "digits.npz", allow_pickle=False) as sample:
            chosen = sample["images"][list(PICTURED)].astype(np.float32) / 255
        draw(list(chosen), graphs).save(picture)
        click.echo(f"Wrote {picture}.")


def _advance(bar: Progress, task: TaskID, done: int) -> None:
    bar.update(task, completed=done)
