"""`jacviz bench fuzz`: native code, WebAssembly, NumPy and float64 on random networks."""

import click

from jacviz.benchmarks.fuzz import BOUND, compare
from jacviz.benchmarks.webassembly.engines import INSTALL_HINT, variants


@click.command("fuzz")
@click.option("--seed", default=0, show_default=True, type=click.IntRange(min=0))
@click.option("--count", default=100, show_default=True, type=click.IntRange(min=1))
def command(seed: int, count: int) -> None:
    """Compare native code, WebAssembly, NumPy and float64; exit 1 where they differ.

    WebAssembly runs in Wasmtime where it is installed, with SIMD and with relaxed SIMD; else in
    Node.js.
    """
    if len(variants()) < 2:
        click.echo(f"Not all of WebAssembly is compared: {INSTALL_HINT}")
    found = [(number, c) for number in range(seed, seed + count) for c in compare(number)]
    for number, c in found:
        if not c.agrees:
            errors = ", ".join(f"{name} {error:.1e}" for name, error in c.compiled.items())
            click.echo(f"seed {number}, {c.kind}: {errors}, NumPy {c.numpy:.1e}")
    wrong = sum(not c.agrees for _, c in found)
    click.echo(f"{count} networks, {len(found)} inputs: {wrong} wrong")
    for name in found[0][1].compiled:
        within = [c.compiled[name] for _, c in found if c.compiled[name] <= BOUND]
        click.echo(
            f"  {name}: {len(found) - len(within)} where float32 cannot follow float64; "
            f"worst error of the others {max(within, default=0):.1e}"
        )
    raise SystemExit(bool(wrong))
