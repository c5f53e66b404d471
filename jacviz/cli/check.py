"""`jacviz check`: is the Jacobian right, at these pictures of digits?"""

import sys
from pathlib import Path

import click

from jacviz.autodiff.registry import methods
from jacviz.benchmarks.networks import named
from jacviz.errors import InputError
from jacviz.gradcheck.check import Chosen, check
from jacviz.models.lenet5 import load_lenet5
from jacviz.preprocessing.image_io import read_picture
from jacviz.preprocessing.mnist import frame


@click.command()
@click.argument(
    "images", metavar="IMAGE...", nargs=-1, required=True, type=click.Path(path_type=Path)
)
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
@click.option(
    "--network",
    metavar="package.module:function",
    help="Instead of LeNet-5: what this function returns, a module that takes (1, 28, 28) and"
    " an example.",
)
def command(
    images: tuple[Path, ...],
    method: str,
    pixels: int | None,
    weights: Path | None,
    network: str | None,
) -> None:
    """Check the Jacobian of LeNet-5 at pictures of digits against finite differences.

    IMAGE is a picture of one digit, dark on light or light on dark. The exit status is 0 where
    the Jacobian is correct for every picture, 1 where it is wrong, and 2 where something cannot
    be used. A pixel on a kink, where left and right derivatives differ, is reported and no error.
    """
    if weights is not None and network is not None:
        raise InputError("--weights are those of LeNet-5; a --network brings its own")
    model = load_lenet5(weights) if network is None else named(network).model
    chosen: Chosen = "all" if pixels is None else pixels
    passed = True
    for image in images:
        framed = frame(read_picture(image))
        if framed.empty:
            raise InputError(f"{image}: no ink found; a picture of one digit is accepted")
        report = check(model, framed.image[None], method=method, pixels=chosen)
        click.echo(f"{image}\n{report}" if len(images) > 1 else str(report))
        passed &= report.passed
    sys.exit(0 if passed else 1)
