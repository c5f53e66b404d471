"""`jacviz train` on the command line."""

import dataclasses
from pathlib import Path

import click
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from jacviz.cli.console import standard_output


@click.command("train")
@click.option(
    "--data",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder with MNIST as torchvision lays it out (MNIST/raw inside)."
    " Without it, MNIST is downloaded, and thrown away afterwards.",
)
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("assets"),
    show_default=True,
    help="Folder for the weights and their model card.",
)
@click.option(
    "--readable",
    is_flag=True,
    help="Train the network with readable maps: each digit is changed to its disadvantage first.",
)
@click.option("--epochs", type=int, help="Passes over the training digits.")
@click.option("--seed", type=int, help="Same seed, same machine: same weights.")
@click.option("--limit", type=int, help="Train on the first N digits only, for a quick try.")
def command(
    data: Path | None,
    out: Path,
    readable: bool,
    epochs: int | None,
    seed: int | None,
    limit: int | None,
) -> None:
    """Train LeNet-5 on MNIST as the shipped networks were trained, and write its model card."""
    from jacviz.models.shipped import READABLE, STANDARD
    from jacviz.training import RECIPES, train

    recipe = RECIPES[READABLE if readable else STANDARD]
    recipe = dataclasses.replace(
        recipe,
        epochs=recipe.epochs if epochs is None else epochs,
        seed=recipe.seed if seed is None else seed,
    )
    console = standard_output()
    with Progress(
        TextColumn("epoch {task.completed:5.1f} of {task.total:.0f}"),
        BarColumn(),
        TextColumn("loss {task.fields[loss]:.3f}  accuracy {task.fields[accuracy]:.1%}"),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        console=console,
    ) as bar:
        task = bar.add_task("train", total=recipe.epochs, loss=float("nan"), accuracy=0.0)
        trained = train(
            data,
            out,
            recipe,
            download=data is None,
            limit=limit,
            progress=lambda epochs_done, loss, accuracy: bar.update(
                task, completed=epochs_done, loss=loss, accuracy=accuracy
            ),
        )
    test = trained.test
    console.print(
        f"MNIST test set: accuracy {test.accuracy:.2%}, saturated {test.saturated:.2%},"
        f" expected calibration error {test.ece:.2%}."
    )
    console.print(f"Wrote {trained.weights} and {trained.card}.", soft_wrap=True)
