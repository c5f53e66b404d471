"""What kinds of values a property of the page can have, and how each is written in a link."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from jacviz.errors import InputError
from jacviz.export import link_codec


class Kind(Protocol):
    """Reads a value from a link's text, raising InputError, and writes it."""

    def read(self, text: str) -> Any: ...
    def write(self, value: Any) -> str: ...


@dataclass(frozen=True)
class Choice:
    """One of some names; `labels` says what each is called on the page."""

    labels: Mapping[str, str]

    def read(self, text: str) -> str:
        if text not in self.labels:
            raise InputError(f"choose one of {', '.join(self.labels)}")
        return text

    def write(self, value: str) -> str:
        return value


@dataclass(frozen=True)
class Switch:
    """On or off: 1 or 0."""

    def read(self, text: str) -> bool:
        if text not in {"0", "1"}:
            raise InputError("1 is on and 0 is off")
        return text == "1"

    def write(self, value: bool) -> str:
        return str(int(value))


@dataclass(frozen=True)
class Whole:
    """A whole number from `least` to `most`."""

    least: int
    most: int

    def read(self, text: str) -> int:
        if not (text.isascii() and text.isdecimal() and len(text) <= 9):
            raise InputError(f"a whole number from {self.least} to {self.most} is accepted")
        if not self.least <= int(text) <= self.most:
            raise InputError(f"{self.least} to {self.most} are accepted")
        return int(text)

    def write(self, value: int) -> str:
        return str(value)


@dataclass(frozen=True)
class Which:
    """A class by its number, or "top": the most likely one, whichever that is."""

    most: int

    def read(self, text: str) -> int | str:
        return text if text == "top" else Whole(0, self.most).read(text)

    def write(self, value: int | str) -> str:
        return str(value)


@dataclass(frozen=True)
class Place:
    """A pixel as row and column, each up to `most`: 9-14."""

    most: int

    def read(self, text: str) -> tuple[int, int]:
        row, dash, column = text.partition("-")
        if not dash:
            raise InputError("a pixel is written as its row and column: 9-14")
        number = Whole(0, self.most)
        return number.read(row), number.read(column)

    def write(self, value: tuple[int, int]) -> str:
        return f"{value[0]}-{value[1]}"


@dataclass(frozen=True)
class Drawing:
    """A drawing in the text of `jacviz.export.link_codec`; as a value it stays this text."""

    def read(self, text: str) -> str:
        link_codec.decode(text)
        return text

    def write(self, value: str) -> str:
        return value
