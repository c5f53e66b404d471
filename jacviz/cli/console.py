"""The console that commands print to."""

import sys

from rich.console import Console

# No table is wider; what is redirected into a file need not fit a screen.
_WIDE = 10_000


def standard_output(*, highlight: bool = True) -> Console:
    """Standard output: as wide as the terminal, or as wide as need be where it is none.

    Tables in a file or pipe are whole, whatever COLUMNS and FORCE_COLOR say.
    """
    if sys.stdout.isatty():
        return Console(highlight=highlight)
    return Console(width=_WIDE, height=25, highlight=highlight)
