"""`jacviz bench fuzz`: native code, NumPy and float64 on random networks."""

import click

from jacviz.benchmarks.fuzz import BOUND, compare


@click.command("fuzz")
@click.option("--seed", default=0, show_default=True, type=click.IntRange(min=0))
@click.option("--count", default=100, show_default=True, type=click.IntRange(min=1))
def command(seed: int, count: int) -> None:
    """Compare native code, NumPy and float64 on random networks; exit 1 where they differ."""
    found = [(number, c) for number in range(seed, seed + count) for c in compare(number)]
    for number, c in found:
        if not c.agrees:
            click.echo(f"seed {number}, {c.kind}: {c.native:.1e}, NumPy {c.numpy:.1e}")
    beyond = sum(c.native > BOUND for _, c in found)
    wrong = sum(not c.agrees for _, c in found)
    within = max(c.native for _, c in found if c.native <= BOUND)
    click.echo(
        f"{count} networks, {len(found)} inputs: {wrong} wrong; {beyond} where float32 cannot "
        f"follow float64; worst error of the others {within:.1e}"
    )
    raise SystemExit(bool(wrong))
