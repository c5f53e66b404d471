"""The option `--network`: one of the registered models by its name."""

from typing import TYPE_CHECKING

import click

from jacviz.models.registry import model_names

if TYPE_CHECKING:
    _Text = click.ParamType[str]
else:
    _Text = click.ParamType


class NetworkName(_Text):
    """A registered model's name, also of models that are registered after the import."""

    name = "network"

    def get_metavar(self, param: click.Parameter, ctx: click.Context | None = None) -> str:
        return f"[{'|'.join(model_names())}]"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The name as it is; a usage error for any other."""
        if value not in model_names():
            self.fail(f"expected one of {', '.join(model_names())}, got {value!r}", param, ctx)
        return value
