"""`jacviz check`: is the Jacobian right, at these pictures?"""

import sys
from pathlib import Path

import click
from torch import nn

from jacviz.autodiff.registry import methods
from jacviz.benchmarks.networks import get_network
from jacviz.errors import InputError
from jacviz.gradcheck.check import PixelSelection, check
from jacviz.models.lenet5 import load_lenet5
from jacviz.models.registry import get_model, model_names
from jacviz.models.shipped import STANDARD
from jacviz.preprocessing.image_io import read_image


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
    help="Check so many pixels at random instead of all.",
)
@click.option(
    "--weights",
    type=click.Path(path_type=Path),
    help="A LeNet-5 of your own, as `jacviz train` writes it.",
)
@click.option(
    "--network",
    metavar="NAME",
    help="Instead of the standard LeNet-5: another registered model, or package.module:function,"
    " which returns a module that takes (1, 28, 28) and an example.",
)
def command(
    images: tuple[Path, ...],
    method: str,
    pixels: int | None,
    weights: Path | None,
    network: str | None,
) -> None:
    """Check the Jacobian of a network at pictures against finite differences.

    IMAGE is a picture of one digit, or of what else the network reads, dark on light or light on
    dark. The exit status is 0 where the Jacobian is correct for every picture, 1 where it is
    wrong, and 2 where something cannot be used. A pixel on a kink, where left and right
    derivatives differ, is reported and no error.
    """
    if weights is not None and network is not None:
        raise InputError("--weights are those of LeNet-5; a --network brings its own")
    known = get_model(network if network in model_names() else STANDARD)
    if weights is not None:
        module: nn.Module = load_lenet5(weights)
    elif network is None or network == known.name:
        module = known.module
    else:
        module = get_network(network).model
    chosen: PixelSelection = "all" if pixels is None else pixels
    passed = True
    for image in images:
        framed = known.frame(read_image(image))
        if framed.empty:
            raise InputError(f"{image}: expected an image of {known.subject}, got one without ink")
        report = check(
            module, framed.image.reshape(known.input_shape), method=method, pixels=chosen
        )
        click.echo(f"{image}\n{report}" if len(images) > 1 else str(report))
        passed &= report.passed
    sys.exit(0 if passed else 1)
