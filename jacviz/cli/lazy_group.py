"""A command whose subcommands are imported when they are called: help must not wait for PyTorch."""

from importlib import import_module
from typing import ClassVar

import click


class LazyGroup(click.Group):
    """Subcommands from the table `lazy`: name -> (module with a `command`, one line of help)."""

    lazy: ClassVar[dict[str, tuple[str, str]]]

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(self.lazy)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self.lazy:
            return None
        command: click.Command = import_module(self.lazy[cmd_name][0]).command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, self.lazy[name][1]) for name in self.list_commands(ctx)])
