"""The `jacviz` command: alone it starts the app; its subcommands work without a browser."""

import sys
from typing import ClassVar

import click

from jacviz.cli.lazy_group import LazyGroup
from jacviz.errors import JacvizError


class _Jacviz(LazyGroup):
    lazy: ClassVar = {
        "bench": ("jacviz.cli.bench", "Time jacviz against other ways to the same numbers."),
        "check": ("jacviz.cli.check", "Check the Jacobian at a picture."),
        "compare": (
            "jacviz.cli.compare",
            "Compare the networks that jacviz ships on MNIST's test set.",
        ),
        "export": ("jacviz.cli.export", "Write a page that needs no server, as static files."),
        "map": ("jacviz.cli.map", "Map a picture, without a browser."),
        "train": ("jacviz.cli.train", "Train a LeNet-5 as jacviz ships it."),
    }


@click.group(cls=_Jacviz, invoke_without_command=True)
@click.option("--port", type=click.IntRange(1, 65535), default=8501, show_default=True)
@click.option(
    "--host", default="127.0.0.1", show_default=True, help="0.0.0.0 lets other machines in."
)
@click.option("--no-browser", is_flag=True, help="Start without opening the browser.")
@click.option(
    "--allowed-host",
    "allowed_hosts",
    multiple=True,
    envvar="STREAMLIT_SERVER_ALLOWED_HOSTS",
    metavar="NAME",
    help="A further name by which browsers may call this server, as app.example.com or "
    "*.example.com; may be repeated. Addresses and this machine's own names need none.",
)
@click.option(
    "--forwarded-allow-ips",
    default="",
    envvar="FORWARDED_ALLOW_IPS",
    metavar="ADDRESSES",
    help="Proxies, separated by commas, that forward their clients' addresses, as 127.0.0.1.",
)
@click.version_option(package_name="jacviz")
@click.pass_context
def command(
    ctx: click.Context,
    port: int,
    host: str,
    no_browser: bool,
    allowed_hosts: tuple[str, ...],
    forwarded_allow_ips: str,
) -> None:
    """Draw a digit and see how each pixel moves each answer of a network.

    Without a command, starts the app and opens it in the browser. Ctrl+C stops it.
    """
    if ctx.invoked_subcommand is None:
        from jacviz.app.launcher import launch

        launch(
            host,
            port,
            open_browser=not no_browser,
            allowed_hosts=allowed_hosts,
            forwarded_allow_ips=forwarded_allow_ips,
        )


def main() -> None:
    """Run the command; a JacvizError is one line on standard error and exit status 2."""
    try:
        command()
    except JacvizError as error:
        click.echo(f"jacviz: {error}", err=True)
        sys.exit(2)
