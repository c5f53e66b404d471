"""The sensitivity maps as a vector graphic, for a text or a slide."""

import base64
import io
from collections.abc import Sequence
from xml.sax.saxutils import escape

import numpy as np
from PIL import Image

from jacviz.errors import InputError
from jacviz.explain import Attribution
from jacviz.explain.attribution_specs import ATTRIBUTIONS
from jacviz.explain.sensitivity import Sensitivity
from jacviz.export.colormap import SCALES, Scale, apply_colormap
from jacviz.export.number_format import percent, significant
from jacviz.export.png import (
    ACCENT,
    INK,
    LINE,
    LINE_STEP,
    MAP_SIDE,
    MAPS_LEFT,
    TOP,
    Colour,
    Layout,
    checked_labels,
    needs_own_line,
)
from jacviz.output_spaces import Space
from jacviz.typing import UInt8Array

# Pixels.
MARGIN = 24
TITLE = 56
CAPTION = 64


def draw_svg(
    sensitivity: Sensitivity,
    space: Space = "probability",
    attribution: Attribution | None = None,
    *,
    scale: Scale = "shared",
    network: str = "",
    labels: Sequence[str] | None = None,
) -> str:
    """Draw one map for each of M outputs, as the text of an SVG file.

    Every cell of a map is a square of its value's colour; titles are text. Attribution,
    scale, network and labels are as for `jacviz.export.png.draw_report`, and so are the errors.
    """
    if scale not in SCALES:
        raise InputError(f"expected a scale, one of {', '.join(SCALES)}, got {scale!r}")
    maps = sensitivity.jacobian(space) if attribution is None else attribution.maps
    names = checked_labels(len(maps), labels)
    spec = ATTRIBUTIONS["gradient" if attribution is None else attribution.name]
    layout = Layout(*maps.shape)
    largest = np.abs(maps).max(axis=(1, 2)).astype(float)
    parts = []
    for k, one in enumerate(maps):
        x, y = layout.corner(k)
        limit = float(largest.max() if scale == "shared" else largest[k])
        colour = ACCENT if k == sensitivity.top else INK
        probability = escape(percent(sensitivity.probabilities[k]))
        heading = f'<tspan font-size="40">{escape(names[k])}</tspan> {probability}'
        if needs_own_line(names[k]):
            # A line of its own.
            parts.append(_text(x, y - 14 - LINE_STEP, escape(names[k]), colour))
            heading = probability
        parts += [
            _text(x, y - 14, heading, colour),
            _text(x + MAP_SIDE, y - 14, f"±{significant(largest[k])}", INK, end=True),
            _image(
                x, y, layout, apply_colormap(one, limit), ACCENT if k == sensitivity.top else LINE
            ),
        ]
    share = "one colour scale for all" if scale == "shared" else "each map has its own scale"
    what = f"{network.capitalize()} network. " if network else ""
    what += "" if attribution is None else f"{spec.label}: "
    unit = spec.unit_of(space).capitalize()
    caption = f"{what}{unit}: orange raises, blue lowers; {share}."
    bottom = layout.maps_bottom + CAPTION
    parts.append(_text(MAPS_LEFT, bottom - MARGIN, caption, INK))
    left, top = MAPS_LEFT - MARGIN, TOP - TITLE - MARGIN
    right = max(layout.corner(k)[0] for k in range(len(maps))) + MAP_SIDE + MARGIN
    width, height = right - left, bottom - top
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{left} {top} {width} {height}" '
        f'width="{width}" height="{height}" font-family="sans-serif" font-size="26">\n'
        f'<rect x="{left}" y="{top}" width="{width}" height="{height}" fill="white"/>\n'
        + "\n".join(parts)
        + "\n</svg>\n"
    )


def _image(x: int, y: int, layout: Layout, colours: UInt8Array, edge: Colour) -> str:
    file = io.BytesIO()
    Image.fromarray(colours).save(file, format="PNG")
    data = base64.b64encode(file.getvalue()).decode()
    box = (
        f'x="{x}" y="{y}" width="{layout.cell * layout.width}" '
        f'height="{layout.cell * layout.height}"'
    )
    return (
        f'<rect {box} fill="none" stroke="{_hex(edge)}" stroke-width="8"/>'
        f'<image {box} image-rendering="pixelated" preserveAspectRatio="none" '
        f'href="data:image/png;base64,{data}"/>'
    )


def _text(x: int, y: int, text: str, colour: Colour, *, end: bool = False) -> str:
    anchor = ' text-anchor="end"' if end else ""
    return f'<text x="{x}" y="{y}" fill="{_hex(colour)}"{anchor}>{text}</text>'


def _hex(colour: Colour) -> str:
    return "#{:02x}{:02x}{:02x}".format(*colour)
