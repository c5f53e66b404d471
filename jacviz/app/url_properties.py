"""The types of the page's properties: how a link's text is parsed and formatted."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from jacviz.errors import InputError
from jacviz.export import link_codec


class PropertyType(Protocol):
    """Parse a value from a link's text, raising InputError, and format it as one."""

    def parse(self, text: str) -> Any: ...
    def format(self, value: Any) -> str: ...


@dataclass(frozen=True)
class Choice:
    """One of some names; `labels` are their names on the page."""

    labels: Mapping[str, str]

    def parse(self, text: str) -> str:
        if text not in self.labels:
            raise InputError(f"expected one of {', '.join(self.labels)}")
        return text

    def format(self, value: str) -> str:
        return value


@dataclass(frozen=True)
class Boolean:
    """On or off: 1 or 0."""

    def parse(self, text: str) -> bool:
        if text not in {"0", "1"}:
            raise InputError("expected 1 (on) or 0 (off)")
        return text == "1"

    def format(self, value: bool) -> str:
        return str(int(value))


@dataclass(frozen=True)
class Integer:
    """An integer from `minimum` to `maximum`."""

    minimum: int
    maximum: int

    def parse(self, text: str) -> int:
        is_integer = text.isascii() and text.isdecimal() and len(text) <= 9
        if not (is_integer and self.minimum <= int(text) <= self.maximum):
            raise InputError(f"expected an integer from {self.minimum} to {self.maximum}")
        return int(text)

    def format(self, value: int) -> str:
        return str(value)


@dataclass(frozen=True)
class ClassOrTop:
    """A class by its number, or "top" for the most likely one."""

    maximum: int

    def parse(self, text: str) -> int | str:
        return text if text == "top" else Integer(0, self.maximum).parse(text)

    def format(self, value: int | str) -> str:
        return str(value)


@dataclass(frozen=True)
class Pixel:
    """A pixel as row-column, each up to `maximum`, such as 9-14."""

    maximum: int

    def parse(self, text: str) -> tuple[int, int]:
        row, dash, column = text.partition("-")
        if not dash:
            raise InputError("expected row-column, such as 9-14")
        integer = Integer(0, self.maximum)
        return integer.parse(row), integer.parse(column)

    def format(self, value: tuple[int, int]) -> str:
        return f"{value[0]}-{value[1]}"


@dataclass(frozen=True)
class Drawing:
    """A drawing as `jacviz.export.link_codec` encodes it; the value is this text itself."""

    def parse(self, text: str) -> str:
        link_codec.decode(text)
        return text

    def format(self, value: str) -> str:
        return value
