"""The `jacviz` command. Each subcommand has a module of its own, imported when it is called."""

from jacviz.cli.main import main

__all__ = ["main"]
