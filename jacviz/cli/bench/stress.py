"""`jacviz bench stress`: many threads on one compiled graph, and many calls."""

import click

from jacviz.benchmarks.networks import get_network
from jacviz.benchmarks.stress import resident_mib, run_threads
from jacviz.compiler import compile_jacobian
from jacviz.errors import JacvizError


@click.command("stress")
@click.option("--threads", default=16, show_default=True, type=click.IntRange(min=1))
@click.option("--seconds", default=30.0, show_default=True, type=click.FloatRange(min=0))
@click.option("--calls", default=1_000_000, show_default=True, type=click.IntRange(min=1))
def command(threads: int, seconds: float, calls: int) -> None:
    """Compare every result of many threads, then see what many calls add to the memory."""
    network = get_network("lenet5")
    graph = compile_jacobian(network.model, network.x)
    done, wrong = run_threads(graph, threads, seconds)
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
