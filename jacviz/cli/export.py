"""`jacviz export`: a page without a server, as a folder of static files."""

from pathlib import Path

import click

from jacviz.compiler import compile_jacobian
from jacviz.errors import AssetError, InputError
from jacviz.export.browser_model import BrowserModel, browser_model
from jacviz.models.registry import get_model, model_names

_MEGABYTE = 1e6


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option(
    "--model",
    "names",
    multiple=True,
    metavar="NAME",
    help="A model to export; may be repeated. By default all that browsers can run.",
)
def command(folder: Path, names: tuple[str, ...]) -> None:
    """Write a page that needs no server: drawing, maps and models, as static files.

    FOLDER is new, empty, or holds an earlier export, which is replaced. Put it on any static host,
    at any path. Its page computes everything in the browser.
    """
    from jacviz.app.static_page import page_files, write_page

    models = [_load(name) for name in dict.fromkeys(names)] if names else _all_usable()
    files = page_files(models)
    write_page(folder, files)
    parts = {
        "Plotly": files["plotly.min.js"],
        **{
            each.model.title: b"".join(files[f"models/{name}"] for name in each.files)
            for each in models
        },
    }
    total = sum(map(len, files.values()))
    sizes = [f"{name} {_megabytes(len(content))}" for name, content in parts.items()]
    sizes.append(f"the rest {_megabytes(total - sum(map(len, parts.values())))}")
    click.echo(f"Wrote {len(files)} files to {folder}: {_megabytes(total)} ({', '.join(sizes)}).")
    click.echo(f"Try it: python -m http.server --bind 127.0.0.1 --directory {folder}")


def _all_usable() -> list[BrowserModel]:
    """Load all models that browsers can run, with a line for each other one."""
    usable = []
    for name in model_names():
        try:
            usable.append(_load(name))
        except (InputError, AssetError) as error:
            click.echo(f"Left out: {error}")
    if not usable:
        raise InputError("expected a model that browsers can run, got none")
    return usable


def _load(name: str) -> BrowserModel:
    model = get_model(name)
    model.check_reads_ink()
    return browser_model(model, compile_jacobian(model))


def _megabytes(size: int) -> str:
    return f"{size / _MEGABYTE:.2f} MB"
