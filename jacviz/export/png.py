"""The report image: a digit, its probabilities and its sensitivity maps, to print or show."""

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from jacviz.errors import InputError
from jacviz.explain import Attribution
from jacviz.explain.attribution_specs import ATTRIBUTIONS, AttributionSpec
from jacviz.explain.sensitivity import Sensitivity
from jacviz.export.colormap import SCALES, Scale, apply_colormap, ink_to_rgb, lookup_table
from jacviz.export.number_format import percent, significant
from jacviz.output_spaces import Space
from jacviz.typing import Float32Array, UInt8Array

# Sizes and positions in pixels.
WIDTH = 2080
MARGIN = 80
TOP = 256  # of the input image and the maps, below the sentences
FRAME_SIDE = 392
MAP_SIDE = 252
MAPS_LEFT = 564
COLUMNS = 5
COLUMN_STEP = MAP_SIDE + 44
ROW_STEP = MAP_SIDE + 112
LINE_STEP = 34
BAR_STEP = 33
BAR_LABEL = 170  # of the longest label beside the bars

INK = (23, 28, 33)
QUIET = (96, 105, 114)
LINE = (205, 211, 216)
SURFACE = (238, 240, 242)
ACCENT = (11, 110, 95)

Colour = tuple[int, int, int]


@dataclass(frozen=True)
class Layout:
    """Where the maps of M classes, height x width cells each, lie in the report, in pixels."""

    classes: int
    height: int
    width: int

    @property
    def cell(self) -> int:
        """The side of one map pixel."""
        return max(1, MAP_SIDE // max(self.height, self.width))

    def corner(self, k: int) -> tuple[int, int]:
        """The (x, y) of the upper left corner of class k's map."""
        row, column = divmod(k, COLUMNS)
        return MAPS_LEFT + column * COLUMN_STEP, TOP + row * ROW_STEP

    @property
    def maps_bottom(self) -> int:
        """The y of the lower edge of the last row of maps."""
        return self.corner(self.classes - 1)[1] + MAP_SIDE

    @property
    def bars_top(self) -> int:
        """The y of the upper edge of the probability bars."""
        return TOP + FRAME_SIDE + 38

    @property
    def bottom(self) -> int:
        """The height of the report."""
        return max(self.maps_bottom + 190, self.bars_top + self.classes * BAR_STEP + MARGIN)


def draw_report(
    image: Float32Array,
    sensitivity: Sensitivity,
    space: Space = "probability",
    attribution: Attribution | None = None,
    *,
    scale: Scale = "shared",
    source: str = "",
    network: str = "",
    labels: Sequence[str] | None = None,
) -> Image.Image:
    """Draw an image (H, W) of ink, its M probabilities and M maps, as an RGB image.

    `scale` is "shared", one colour scale for all maps, or "each", its own for each; every map
    prints its largest absolute value either way. The maps are the attribution's or else the
    derivatives. `source` says where the image came from, `network` which network it is, `labels`
    what each output is called, by default its number. Raises InputError for an unknown space or
    scale and where there is not a label for each output.
    """
    if scale not in SCALES:
        raise InputError(f"expected a scale, one of {', '.join(SCALES)}, got {scale!r}")
    maps = sensitivity.jacobian(space) if attribution is None else attribution.maps
    spec = ATTRIBUTIONS["gradient" if attribution is None else attribution.name]
    names = [_printable(name) for name in checked_labels(len(maps), labels)]
    layout = Layout(*maps.shape)
    report = Image.new("RGB", (WIDTH, layout.bottom), "white")
    draw = ImageDraw.Draw(report)
    largest = np.abs(maps).max(axis=(1, 2)).astype(float)
    _text(draw, (MARGIN, 66), _reading(sensitivity, names, network), 46)
    explanation = _explanation(sensitivity, space, names, spec)
    _text(draw, (MARGIN, 132), "\n".join(textwrap.wrap(explanation, 130)), 26, QUIET)
    _frame(report, draw, image, source)
    _bars(draw, layout, sensitivity, names)
    for k, one in enumerate(maps):
        limit = float(largest.max() if scale == "shared" else largest[k])
        _map(report, draw, layout, k, apply_colormap(one, limit), top=k == sensitivity.top)
        _title(
            draw,
            layout.corner(k),
            names[k],
            percent(sensitivity.probabilities[k]),
            f"±{significant(largest[k])}",
            ACCENT if k == sensitivity.top else INK,
        )
    unit = spec.unit_of(space).capitalize()
    _key(report, draw, layout, unit, float(largest.max()) if scale == "shared" else None)
    return report


def checked_labels(count: int, labels: Sequence[str] | None) -> Sequence[str]:
    """Return the labels, by default numbers; InputError unless there is one for each output."""
    if labels is None:
        return [str(k) for k in range(count)]
    if len(labels) != count:
        raise InputError(f"expected a label for each of {count} outputs, got {len(labels)}")
    return labels


def needs_own_line(name: str) -> bool:
    """Whether a label is too long to stand beside a map's probability."""
    return len(name) > 2


def _reading(sensitivity: Sensitivity, names: Sequence[str], network: str) -> str:
    p = sensitivity.probabilities
    first, *rest = [sensitivity.top, *(k for k in np.argsort(-p) if k != sensitivity.top)]
    who = " ".join(filter(None, ("The", network, "network")))
    reading = f"{who} reads {names[first]} ({percent(p[first])})"
    if rest:
        reading += f", then {names[rest[0]]} ({percent(p[rest[0]])})"
    return reading + "."


def _explanation(
    sensitivity: Sensitivity, space: Space, names: Sequence[str], spec: AttributionSpec
) -> str:
    if spec is not ATTRIBUTIONS["gradient"]:
        return f"{spec.label}: {spec.meaning}"
    if sensitivity.saturated and space == "probability":
        return (
            f"Saturated: the network is so sure of {names[sensitivity.top]} that no pixel moves a "
            "probability by much. Logits show more."
        )
    explanation = (
        "Each map shows, pixel by pixel, what a little more ink would do to one output: "
        "orange raises it, blue lowers it."
    )
    if sensitivity.saturated:
        explanation += " The probabilities are saturated."
    return explanation


def _frame(
    report: Image.Image, draw: ImageDraw.ImageDraw, image: Float32Array, source: str
) -> None:
    _text(draw, (MARGIN, TOP - 14), "What the network sees", 24, QUIET, "ls")
    cell = max(1, FRAME_SIDE // max(image.shape))
    enlarged = _enlarged(ink_to_rgb(image), cell)
    report.paste(enlarged, (MARGIN, TOP))
    _outline(draw, (MARGIN, TOP), enlarged.size, 2, LINE)
    if source:
        _text(draw, (WIDTH - MARGIN, 92), _shortened(_printable(source), 26, 700), 26, QUIET, "rs")


def _bars(
    draw: ImageDraw.ImageDraw, layout: Layout, sensitivity: Sensitivity, names: Sequence[str]
) -> None:
    shown = [_shortened(name, 24, BAR_LABEL) for name in names]
    widest = max(_font(24).getlength(name) for name in shown)
    left, right = MARGIN + max(36, round(widest) + 14), MARGIN + FRAME_SIDE - 92
    for k, probability in enumerate(sensitivity.probabilities):
        y = layout.bars_top + k * BAR_STEP
        colour = ACCENT if k == sensitivity.top else INK
        end = left + round(float(probability) * (right - left))
        _text(draw, (MARGIN, y + 20), shown[k], 24, colour, "ls")
        draw.rectangle((left, y + 2, right, y + 20), fill=SURFACE)
        if end > left:
            draw.rectangle((left, y + 2, end, y + 20), fill=colour if colour == ACCENT else QUIET)
        _text(draw, (MARGIN + FRAME_SIDE, y + 20), percent(probability), 24, colour, "rs")


def _map(
    report: Image.Image,
    draw: ImageDraw.ImageDraw,
    layout: Layout,
    k: int,
    colours: UInt8Array,
    *,
    top: bool,
) -> None:
    image = _enlarged(colours, layout.cell)
    report.paste(image, layout.corner(k))
    _outline(draw, layout.corner(k), image.size, 6 if top else 2, ACCENT if top else LINE)


def _title(
    draw: ImageDraw.ImageDraw,
    corner: tuple[int, int],
    name: str,
    probability: str,
    largest: str,
    colour: Colour,
) -> None:
    x, y = corner[0], corner[1] - 14
    if needs_own_line(name):
        # A line of its own.
        _text(draw, (x, y - LINE_STEP), _shortened(name, 26, MAP_SIDE), 26, colour, "ls")
    else:
        _text(draw, (x, y), name, 40, colour, "ls")
        x += round(draw.textlength(name, _font(40))) + 14
    _text(draw, (x, y), probability, 26, colour, "ls")
    _text(draw, (corner[0] + MAP_SIDE, y), largest, 24, QUIET, "rs")


def _key(
    report: Image.Image,
    draw: ImageDraw.ImageDraw,
    layout: Layout,
    unit: str,
    limit: float | None,
) -> None:
    """Draw the colour bar below the maps, with its limits, its unit and its scale."""
    left, top, height = MAPS_LEFT, layout.maps_bottom + 52, 30
    colours = lookup_table("light")
    bar = Image.fromarray(np.repeat(colours[None], height, axis=0))
    width = 2 * len(colours)
    report.paste(bar.resize((width, height), Image.Resampling.NEAREST), (left, top))
    _outline(draw, (left, top), (width, height), 2, LINE)
    end = "max" if limit is None else significant(limit)
    for x, text, anchor in (
        (left, f"-{end}", "ls"),
        (left + width // 2, "0", "ms"),
        (left + width, f"+{end}", "rs"),
    ):
        _text(draw, (x, top + height + 32), text, 24, INK, anchor)
    share = "One colour scale for all maps" if limit is not None else "Each map has its own scale"
    x = left + width + 48
    _text(draw, (x, top + 22), unit, 26, INK, "ls")
    _text(draw, (x, top + height + 32), f"{share}; ± is a map's largest value.", 24, QUIET, "ls")


def _enlarged(colours: UInt8Array, cell: int) -> Image.Image:
    return Image.fromarray(np.repeat(np.repeat(colours, cell, axis=0), cell, axis=1))


def _outline(
    draw: ImageDraw.ImageDraw,
    corner: tuple[int, int],
    size: tuple[int, int],
    line_width: int,
    colour: Colour,
) -> None:
    """Draw a line around an image, outside it so that it covers no pixel of a map."""
    (x, y), (width, height) = corner, size
    box = (x - line_width, y - line_width, x + width + line_width - 1, y + height + line_width - 1)
    draw.rectangle(box, outline=colour, width=line_width)


@cache
def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size)


def _text(
    draw: ImageDraw.ImageDraw,
    at: tuple[float, float],
    text: str,
    size: int,
    colour: Colour = INK,
    anchor: str = "la",
) -> None:
    draw.text(at, text, fill=colour, font=_font(size), anchor=anchor)


def _printable(text: str) -> str:
    # Pillow's own font has no letters beyond Latin.
    return text.encode("ascii", "replace").decode()


def _shortened(text: str, size: int, room: float) -> str:
    """Shorten the text in its middle until it fits into `room` pixels."""
    kept = len(text)
    shown = text
    while kept > 1 and _font(size).getlength(shown) > room:
        kept -= 1
        shown = f"{text[: kept // 2]}...{text[len(text) - kept // 2 :]}"
    return shown
