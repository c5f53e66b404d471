"""Many threads on one compiled graph, and many calls: `python -m jacviz.benchmarks.stress`."""

import sys
import threading
import time

import click
import numpy as np

from jacviz.benchmarks.networks import named
from jacviz.compiler import CompiledJacobian, compile_jacobian
from jacviz.errors import JacvizError


@click.command()
@click.option("--threads", default=16, show_default=True, type=click.IntRange(min=1))
@click.option("--seconds", default=30.0, show_default=True, type=click.FloatRange(min=0))
@click.option("--calls", default=1_000_000, show_default=True, type=click.IntRange(min=1))
def command(threads: int, seconds: float, calls: int) -> None:
    """Compare every result of many threads, then see what many calls add to the memory."""
    network = named("lenet5")
    graph = compile_jacobian(network.model, network.x)
    done, wrong = hammer(graph, threads, seconds)
    click.echo(
        f"{threads} threads, {seconds:g} s, {graph.backend}: {done:,} Jacobians, "
        f"{done / seconds:,.0f} a second, {wrong} wrong"
    )
    before = resident_mib()
    image = network.x.numpy()
    for _ in range(calls):
        graph(image)
    click.echo(f"{calls:,} calls: {resident_mib() - before:+.2f} MiB")
    if wrong:
        raise JacvizError(f"{wrong} results differ from those of a single thread")


def hammer(graph: CompiledJacobian, threads: int, seconds: float) -> tuple[int, int]:
    """How many Jacobians so many threads get, and how many differ in any bit from one thread's."""
    random = np.random.default_rng(0)
    images = random.random((threads, *graph.input_shape), np.float32)
    expected = [graph(image) for image in images]
    counts, wrong = [0] * threads, [0] * threads
    until = time.monotonic() + seconds

    def visit(number: int) -> None:
        while time.monotonic() < until:
            found = graph(images[number])
            counts[number] += 1
            wrong[number] += not all(map(np.array_equal, found, expected[number]))

    visitors = [threading.Thread(target=visit, args=(number,)) for number in range(threads)]
    for visitor in visitors:
        visitor.start()
    for visitor in visitors:
        visitor.join()
    return sum(counts), sum(wrong)


def resident_mib() -> float:
    """What this process holds now."""
    try:
        with open("/proc/self/statm") as file:  # noqa: PTH123
            return int(file.read().split()[1]) * 4096 / 2**20
    except OSError:
        from jacviz.benchmarks.cold_start import peak_mib

        return peak_mib()


if __name__ == "__main__":
    sys.exit(command())
