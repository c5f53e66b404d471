"""`jacviz map`: a picture in; a table, a PNG report and an NPZ of all arrays out."""

from io import BytesIO
from pathlib import Path

import click
import numpy as np
from rich.markup import escape
from rich.table import Table

from jacviz.cli.console import standard_output
from jacviz.cli.network_option import NetworkName
from jacviz.compiler import compile_jacobian
from jacviz.errors import InputError
from jacviz.explain import attribute
from jacviz.explain.attribution_specs import ATTRIBUTION_NAMES, ATTRIBUTIONS, AttributionName
from jacviz.explain.sensitivity import Sensitivity, sensitivity
from jacviz.export.colormap import SCALES, Scale
from jacviz.export.files import write_all
from jacviz.export.npz import encode_npz
from jacviz.export.number_format import percent, significant
from jacviz.export.png import draw_report
from jacviz.models.model import Model
from jacviz.models.registry import get_model
from jacviz.models.shipped import STANDARD
from jacviz.output_spaces import SPACES, Space
from jacviz.preprocessing.image_io import read_image, read_image_bytes
from jacviz.typing import Float32Array


@click.command()
@click.argument("image", type=click.Path(path_type=Path))
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=".",
    help="Folder for the PNG report and the NPZ; made if missing. By default the current one.",
)
@click.option(
    "--space",
    type=click.Choice(SPACES),
    default="probability",
    show_default=True,
    help="What is differentiated.",
)
@click.option(
    "--scale",
    type=click.Choice(SCALES),
    default="shared",
    show_default=True,
    help="One colour scale for all maps, or each its own.",
)
@click.option(
    "--network",
    type=NetworkName(),
    default=STANDARD,
    show_default=True,
    help="Which of the trained networks reads the picture.",
)
@click.option(
    "--maps",
    "method",
    type=click.Choice(ATTRIBUTION_NAMES),
    default="gradient",
    show_default=True,
    help="What kind of maps.",
)
def command(
    image: Path, out: Path, space: Space, scale: Scale, network: str, method: AttributionName
) -> None:
    """Map a picture, of a digit unless another network reads it: how each pixel moves each output.

    IMAGE is a picture of one digit, dark on light or light on dark, transparent or not. Prints
    the probabilities, and writes NAME-maps.png, a report with the digit and a map for each output,
    and NAME.npz, all numbers for numpy.load.
    """
    model = get_model(network)
    model.check_reads_ink()
    data = read_image_bytes(image)
    framed = model.frame(read_image(data, name=str(image)))
    if framed.empty:
        raise InputError(
            f"{image}: no ink found; expected an image of {model.subject}, darker or lighter than"
            " an evenly coloured background"
        )
    result = sensitivity(model, framed.image)
    shown = None
    if method != "gradient":
        graph = compile_jacobian(model)
        shown = attribute(graph, framed.image, method, space, baseline=model.baseline)
    report = draw_report(
        framed.image, result, space, shown, scale=scale, source=image.name, labels=model.labels
    )
    numbers = encode_npz(
        framed, result, space, shown, source=image.name, data=data, network=network
    )

    png, npz = out / f"{image.stem}-maps.png", out / f"{image.stem}.npz"
    try:
        out.mkdir(parents=True, exist_ok=True)
        picture = BytesIO()
        report.save(picture, format="PNG")
        write_all({png: picture.getvalue(), npz: numbers})
    except OSError as error:
        reason = error.strerror or error
        raise InputError(
            f"cannot write into {out}: {reason}; --out names another folder"
        ) from error

    show = standard_output(highlight=False).print
    maps = result.jacobian(space) if shown is None else shown.maps
    show(_table(model, result, maps))
    unit = ATTRIBUTIONS[method].unit_of(space)
    show(f"Largest: in each map, at one pixel, the {unit}.\n")
    if result.saturated:
        show(
            "Saturated: the network is so sure that no pixel moves a probability by much."
            + (" Try --space logit." if space == "probability" else "")
        )
    show(f"Report:  {png}", soft_wrap=True, markup=False)
    show(f"Numbers: {npz}", soft_wrap=True, markup=False)


def _table(model: Model, result: Sensitivity, maps: Float32Array) -> Table:
    """The probabilities, the most likely in bold with a mark, and each map's largest value."""
    table = Table()
    table.add_column(model.noun, justify="right")
    table.add_column("probability", justify="right")
    table.add_column("largest", justify="right")
    table.add_column("")
    for k, (probability, one) in enumerate(zip(result.probabilities, maps, strict=True)):
        top = k == result.top
        table.add_row(
            escape(model.labels[k]),
            percent(probability),
            significant(np.abs(one).max()),
            "most likely" if top else "",
            style="bold" if top else None,
        )
    return table
