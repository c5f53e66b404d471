"""Some digits through several networks, as one picture."""

from collections.abc import Mapping, Sequence

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from jacviz.compiler import CompiledJacobian
from jacviz.explain.sensitivity import Sensitivity
from jacviz.export.colormap import apply_colormap, ink_to_rgb
from jacviz.export.number_format import percent, significant
from jacviz.models.registry import get_model
from jacviz.typing import Float32Array, UInt8Array

CELL = 8
GAP = 28
LEFT = 200
TITLE = 44
MARGIN = 32
TEXT, QUIET = (23, 28, 33), (96, 105, 114)


def draw(images: Sequence[Float32Array], graphs: Mapping[str, CompiledJacobian]) -> Image.Image:
    """Digits (H, W) in columns, and under each its own class' map by every network.

    The maps show the probability of the class that the first network finds most likely, each in
    its own colour scale, with probability and largest derivative above it.
    """
    height, width = (CELL * side for side in images[0].shape)
    rows = 1 + len(graphs)
    size = (
        LEFT + len(images) * (width + GAP) - GAP + MARGIN,
        rows * (height + TITLE) + 2 * MARGIN,
    )
    canvas = Image.new("RGB", size, "white")
    pen = ImageDraw.Draw(canvas)

    def put(row: int, column: int, colours: UInt8Array, left: str, right: str) -> None:
        x = LEFT + column * (width + GAP)
        y = MARGIN + row * (height + TITLE) + TITLE
        large = np.repeat(np.repeat(colours, CELL, axis=0), CELL, axis=1)
        canvas.paste(Image.fromarray(large), (x, y))
        pen.rectangle((x - 1, y - 1, x + width, y + height), outline=(205, 211, 216))
        _text(pen, (x, y - 10), left, "ls", TEXT)
        _text(pen, (x + width, y - 10), right, "rs", QUIET)

    def name(row: int, text: str) -> None:
        y = MARGIN + row * (height + TITLE) + TITLE + height // 2
        _text(pen, (MARGIN, y), text, "lm", TEXT)

    name(0, "digit")
    tops = [Sensitivity(*next(iter(graphs.values()))(image)).top for image in images]
    for column, image in enumerate(images):
        put(0, column, ink_to_rgb(image), "", "")
    for row, (network, graph) in enumerate(graphs.items(), start=1):
        name(row, get_model(network).title.lower())
        for column, (image, top) in enumerate(zip(images, tops, strict=True)):
            answer = Sensitivity(*graph(image))
            one = answer.jacobian("probability")[top]
            largest = float(np.abs(one).max())
            title = f"{top}: {percent(answer.probabilities[top])}"
            put(row, column, apply_colormap(one, largest), title, f"±{significant(largest)}")
    return canvas


def _text(
    pen: ImageDraw.ImageDraw,
    at: tuple[int, int],
    text: str,
    anchor: str,
    colour: tuple[int, int, int],
) -> None:
    pen.text(at, text, fill=colour, font=ImageFont.load_default(24), anchor=anchor)
