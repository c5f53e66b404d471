"""What a command prints is whole where nobody watches, and as wide as the terminal elsewhere."""

import io

import pytest
from rich.table import Table

from jacviz.cli.console import standard_output


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def _table() -> Table:
    table = Table(title="A title that is somewhat longer")
    for n in range(20):
        table.add_column(f"column {n}", no_wrap=True, justify="right")
    table.add_row(*(f"{n}.52 us" for n in range(20)))
    return table


@pytest.mark.parametrize(
    "environment",
    [
        {},
        {"COLUMNS": "40"},
        {"COLUMNS": "40", "LINES": "10"},
        {"FORCE_COLOR": "1"},
        {"FORCE_COLOR": "1", "TERM": "dumb"},
        {"TTY_COMPATIBLE": "1"},
    ],
)
def test_tables_are_whole_in_a_file(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str]
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    file = io.StringIO()
    monkeypatch.setattr("sys.stdout", file)
    standard_output().print(_table())
    text = file.getvalue()
    assert all(f"{n}.52 us" in text for n in range(20))
    assert "…" not in text


def test_in_a_terminal_output_is_as_wide_as_that(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr("sys.stdout", _Terminal())
    assert standard_output().width == 60
