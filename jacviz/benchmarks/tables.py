"""The bench's report as text tables."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from rich.table import Table

from jacviz.benchmarks import article

Report = dict[str, Any]


def microseconds(us: float) -> str:
    """ "240 us", "2.75 ms" or "1.2 s"."""
    if us < 1000:
        return f"{us:.3g} us"
    return f"{us / 1e3:,.3g} ms" if us < 1e6 else f"{us / 1e6:.3g} s"


def methods(report: Report) -> Table:
    rows, columns = report["shape"][0], "x".join(map(str, report["shape"][1:]))
    table = Table(title=f"Jacobian of {report['title']}, {rows} x {columns}, one core")
    table.caption = f"compiled: by {report['backend']}"
    table.add_column("method", no_wrap=True)
    for heading in ("median", "p99", "loop / it", "error", "cold start", "memory"):
        table.add_column(heading, justify="right", no_wrap=True)
    for row in report["rows"]:
        ratio = row["times_faster"]
        table.add_row(
            row.get("title", row["method"]),
            microseconds(row["median_us"]),
            microseconds(row["p99_us"]),
            "" if ratio is None else f"{ratio:.3g} x",
            f"{row['error']:.0e}",
            f"{row['cold_start_s']:.1f} s" if "cold_start_s" in row else "",
            f"{row['memory_mib']:.0f} MiB" if "memory_mib" in row else "",
        )
    return table


def floor(report: Report) -> str:
    """Describe the floor in a sentence."""
    if report["floor_us"] is None:
        return "Floor: unknown, because the network has no plan of steps to count."
    rate = report["multiply_adds_per_second"]
    return (
        f"Floor: {report['multiply_adds']:,} multiply-adds at {rate / 1e9:.1f} billion a second, "
        f"this core's matrix product, are {microseconds(report['floor_us'])}."
    )


def batches(report: Report) -> Table:
    table = Table(title=f"Full Jacobians of many images, {report['title']}, one core")
    table.add_column("method")
    for heading in ("images a second", "images", "in groups of", "memory"):
        table.add_column(heading, justify="right")
    for name, row in report["batches"].items():
        table.add_row(
            name,
            f"{row['images_per_second']:,.0f}",
            f"{row['images']:,}",
            str(row["group"]),
            f"{row['memory_mib']:.0f} MiB",
        )
    return table


def target_table(report: Report) -> Table:
    table = judged(
        f"Targets, {report['title']}, for the compiled graph as a program calls it",
        report["targets"],
        {"at_the_floor": "at the floor"},
    )
    table.caption = "at the floor: what a graph would reach that took no longer than its floor"
    return table


def judged(
    title: str, targets: list[dict[str, Any]], further: Mapping[str, str] = MappingProxyType({})
) -> Table:
    """Build a table of targets, as targets.py makes them; `further` columns have headings."""
    columns = {"required": "required", "reached": "reached", **further, "verdict": "verdict"}
    table = Table(title=title)
    table.add_column("target")
    for heading in columns.values():
        table.add_column(heading, justify="right", no_wrap=True)
    for row in targets:
        table.add_row(row["target"], *(row[key] for key in columns))
    return table


def article_table(report: Report) -> tuple[Table, str]:
    """Build the article's table with today's times, and a sentence on their ratios."""
    medians = {row["method"]: row["median_us"] for row in report["rows"]}
    table = Table(title="The 2018 article's table, today")
    table.add_column("method")
    for heading in ("2018", "now", "article's check"):
        table.add_column(heading, justify="right")
    for name, correct in report["article"].items():
        seconds_2018 = article.ROWS[name]
        table.add_row(
            name,
            "" if seconds_2018 is None else microseconds(seconds_2018 * 1e6),
            microseconds(medians[name]),
            "correct" if correct else "WRONG",
        )
    factors = [
        f"{medians['tensorflow'] / medians[name]:,.0f} x from the first row to {name!r}"
        for name in ("layers", "compiled")
        if {"tensorflow", name} <= medians.keys()
    ]
    return table, "; ".join(factors) + (" (2018: 5,722 x to 'layers')." if factors else "")
