"""The bench's reports as a Plotly figure, on a logarithmic time scale."""

import asyncio
import math
from pathlib import Path
from typing import Any
from urllib.request import urlopen

from jacviz.benchmarks.chromium import chromium
from jacviz.benchmarks.tables import microseconds
from jacviz.errors import InputError

_BAR_COLOUR, _COMPILED_COLOUR, _FLOOR_COLOUR = "#8da0b6", "#2166ac", "#b2182b"
_BAR_HEIGHT_PX, _MARGIN_PX, _WIDTH_PX = 24, 90, 900

SUFFIXES = (".html", ".svg", ".png")


def save(reports: list[dict[str, Any]], file: Path) -> None:
    """One row of bars for each method, one panel for each network.

    .html needs nothing else; .svg and .png are drawn in a headless Chromium through Playwright.
    """
    figure = draw(reports)
    if file.suffix == ".html":
        import plotly.io

        page = plotly.io.to_html(figure, include_plotlyjs="cdn", validate=False)
        file.write_text(page, encoding="utf-8")
    elif file.suffix in SUFFIXES:
        file.write_bytes(asyncio.run(_rendered(figure, file.suffix[1:])))
    else:
        raise InputError(
            f"expected a picture's name that ends in {', '.join(SUFFIXES)}, got {file.name!r}"
        )


def draw(reports: list[dict[str, Any]]) -> dict[str, Any]:
    """The figure as Plotly's JSON."""
    bars = [len(report["rows"]) for report in reports]
    height = _BAR_HEIGHT_PX * sum(bars) + _MARGIN_PX * len(reports)
    layout: dict[str, Any] = {
        "width": _WIDTH_PX,
        "height": height,
        "margin": {"l": 190, "r": 90, "t": 60, "b": 40},
        "showlegend": False,
        "plot_bgcolor": "white",
        "paper_bgcolor": "white",
        "font": {"family": "sans-serif", "color": "#222", "size": 13},
        "bargap": 0.25,
        "annotations": [],
        "shapes": [],
    }
    data: list[dict[str, Any]] = []
    gap = _MARGIN_PX / height
    top = 1.0
    for number, report in enumerate(reports, start=1):
        ordered = sorted(report["rows"], key=lambda row: -float(row["median_us"]))
        share = (1 - gap * (len(reports) - 1)) * len(ordered) / sum(bars)
        suffix = "" if number == 1 else str(number)
        layout[f"xaxis{suffix}"] = {
            "type": "log",
            "anchor": f"y{suffix}",
            "gridcolor": "#ddd",
            "tickvals": [10.0**k for k in range(8)],
            "ticktext": ["1 us", "10 us", "100 us", "1 ms", "10 ms", "100 ms", "1 s", "10 s"],
        }
        layout[f"yaxis{suffix}"] = {
            "domain": [max(0.0, top - share), top],
            "anchor": f"x{suffix}",
            "automargin": True,
        }
        names = [row.get("title", row["method"]) for row in ordered]
        data.append(
            {
                "type": "bar",
                "orientation": "h",
                "x": [row["median_us"] for row in ordered],
                "y": names,
                "text": [microseconds(row["median_us"]) for row in ordered],
                "textposition": "outside",
                "cliponaxis": False,
                "marker": {
                    "color": [
                        _COMPILED_COLOUR if name == "compiled" else _BAR_COLOUR for name in names
                    ]
                },
                "xaxis": f"x{suffix}",
                "yaxis": f"y{suffix}",
                "hovertemplate": "%{y}: %{x:.4g} us<extra></extra>",
            }
        )
        layout["annotations"].append(
            {
                "text": f"<b>One full Jacobian of {report['title']}, one core</b>",
                "xref": "paper",
                "yref": "paper",
                "x": 0,
                "y": top,
                "yanchor": "bottom",
                "xanchor": "left",
                "yshift": 20,
                "showarrow": False,
            }
        )
        if report["floor_us"] is not None:
            _mark_floor(layout, report["floor_us"], suffix)
        top -= share + gap
    return {"data": data, "layout": layout}


def _mark_floor(layout: dict[str, Any], floor: float, suffix: str) -> None:
    layout["shapes"].append(
        {
            "type": "line",
            "xref": f"x{suffix}",
            "yref": f"y{suffix} domain",
            "x0": floor,
            "x1": floor,
            "y0": 0,
            "y1": 1,
            "line": {"color": _FLOOR_COLOUR, "dash": "dash", "width": 1.5},
        }
    )
    layout["annotations"].append(
        {
            "text": f"floor {microseconds(floor)}",
            "xref": f"x{suffix}",
            "yref": f"y{suffix} domain",
            "x": math.log10(floor),
            "y": 1,
            "yanchor": "bottom",
            "font": {"color": _FLOOR_COLOUR, "size": 12},
            "showarrow": False,
        }
    )


async def _rendered(figure: dict[str, Any], form: str) -> bytes:
    from plotly.offline import get_plotlyjs

    async with chromium() as browser:
        page = await browser.new_page()
        await page.add_script_tag(content=get_plotlyjs())
        address: str = await page.evaluate(
            "([figure, form]) => Plotly.toImage(figure, {format: form, scale: 2})", [figure, form]
        )
    with urlopen(address) as data:  # a data: address
        content: bytes = data.read()
    return content
