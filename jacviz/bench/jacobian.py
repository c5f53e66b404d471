"""`jacviz bench jacobian`: the compiled graph against the forum's loop, in one run."""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import click
import numpy as np
import torch
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table
from torch import Tensor

from jacviz.bench.timing import interleave, one_thread
from jacviz.graph import compile_jacobian
from jacviz.lenet import LeNet5, load_lenet5
from jacviz.ways import loop, reference

LOOP = "forum's loop"


@dataclass(frozen=True)
class Row:
    """One method: microseconds for one Jacobian, how many times faster than the loop, and the
    largest error as a share of the largest derivative."""

    method: str
    median_us: float
    p99_us: float
    times_faster: float
    error: float


def measure(model: LeNet5, image: Tensor, turns: int) -> list[Row]:
    """The Jacobian of `model` at one (1, H, W) image by every method, in that many turns."""
    compiled = compile_jacobian(model, image)
    functional = torch.func.jacrev(lambda x: model(x[None])[0])
    array = image.numpy()
    methods: dict[str, Callable[[], Tensor | NDArray[np.float32]]] = {
        LOOP: lambda: loop.jacobian(model, image),
        "torch.func.jacrev": lambda: functional(image),
        f"compiled graph ({compiled.backend})": lambda: compiled(array)[1],
    }
    exact = reference.jacobian(model, image).numpy()

    def error(jacobian: Tensor | NDArray[np.float32]) -> float:
        found = jacobian.detach().numpy() if isinstance(jacobian, Tensor) else jacobian
        return float(np.abs(found - exact).max() / np.abs(exact).max())

    with one_thread():
        errors = {name: error(method()) for name, method in methods.items()}
        seconds = interleave(methods, turns)
    median = {name: float(np.median(times)) * 1e6 for name, times in seconds.items()}
    return [
        Row(
            method=name,
            median_us=median[name],
            p99_us=float(np.quantile(times, 0.99)) * 1e6,
            times_faster=median[LOOP] / median[name],
            error=errors[name],
        )
        for name, times in seconds.items()
    ]


@click.command("jacobian")
@click.option(
    "--turns", default=60, show_default=True, type=click.IntRange(min=1), help="Of five calls each."
)
@click.option(
    "--json",
    "file",
    type=click.Path(path_type=Path, dir_okay=False, writable=True),
    help="Save it.",
)
def command(turns: int, file: Path | None) -> None:
    """Time the Jacobian of the shipped LeNet-5: forum's loop, torch.func, compiled graph."""
    image = torch.rand(1, 28, 28, generator=torch.Generator().manual_seed(0))
    rows = measure(load_lenet5(), image, turns)
    table = Table(title="Jacobian of LeNet-5, 10 x 784, one image, one thread")
    table.add_column("method")
    for heading in ("median us", "p99 us", "times faster", "largest error"):
        table.add_column(heading, justify="right")
    for row in rows:
        table.add_row(
            row.method,
            f"{row.median_us:,.0f}",
            f"{row.p99_us:,.0f}",
            f"{row.times_faster:.1f}",
            f"{row.error:.1e}",
        )
    Console().print(table)
    if file is not None:
        file.write_text(json.dumps([asdict(row) for row in rows], indent=2) + "\n")


if __name__ == "__main__":
    command()
