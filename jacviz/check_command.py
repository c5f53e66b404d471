"""`jacviz check`: is the Jacobian right, at this picture of a digit?"""

import sys
from pathlib import Path

import click

from jacviz.checking.compare import check
from jacviz.errors import InputError
from jacviz.framing import frame
from jacviz.lenet import load_lenet5
from jacviz.picture import read_picture
from jacviz.ways.table import methods


@click.command()
@click.argument("image", type=click.Path(path_type=Path))
@click.option(
    "--method",
    type=click.Choice(list(methods())),
    default="compiled",
    show_default=True,
    help="How the Jacobian is computed.",
)
@click.option(
    "--pixels",
    type=click.IntRange(min=0),
    help="Check so many pixels at random instead of all 784.",
)
@click.option(
    "--weights",
    type=click.Path(path_type=Path),
    help="A LeNet-5 of your own, as `jacviz train` writes it.",
)
def command(image: Path, method: str, pixels: int | None, weights: Path | None) -> None:
    """Check the Jacobian of LeNet-5 at a picture of a digit against finite differences.

    IMAGE is a picture of one digit, dark on light or light on dark. The exit status is 0 where
    the Jacobian is correct, 1 where it is wrong, and 2 where something cannot be used.
    """
    framed = frame(read_picture(image))
    if framed.empty:
        raise InputError(f"{image}: no ink found; a picture of one digit is accepted")
    report = check(
        load_lenet5(weights),
        framed.image[None],
        method=method,
        pixels="all" if pixels is None else pixels,
    )
    click.echo(str(report))
    sys.exit(0 if report.passed else 1)
