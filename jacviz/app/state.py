"""The page's state: one table of properties for controls, links and defaults.

A property is a field of `State`: its name is also its query parameter, its default is the page's,
and its type parses and formats its value in a link. `PROPERTIES` lists them all.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, fields, replace
from typing import Any, Literal, TypeAlias
from urllib.parse import parse_qsl, urlencode

from jacviz.app.url_properties import (
    Boolean,
    Choice,
    ClassOrTop,
    Drawing,
    Integer,
    Pixel,
    PropertyType,
)
from jacviz.errors import InputError
from jacviz.explain.attribution_specs import ATTRIBUTIONS, AttributionName
from jacviz.export.colormap import Scale
from jacviz.models.registry import ModelTitles
from jacviz.models.shipped import STANDARD
from jacviz.output_spaces import SPACES, Space

Tool: TypeAlias = Literal["maps", "pixel", "what-if", "versus", "toward", "check"]

TOOLS: dict[str, str] = {
    "maps": "Maps",
    "pixel": "Pixel",
    "what-if": "What if",
    "versus": "Why a, not b",
    "toward": "Make it another",
    "check": "Check",
}

# Upper bounds for any network; `restrict_to_model` applies those of the page's own.
PIXEL, CLASS = Pixel(4095), Integer(0, 9999)
SPACE = Choice({space: space.capitalize() for space in SPACES})
SCALE = Choice({"shared": "One for all", "each": "Each its own"})
NETWORK = Choice(ModelTitles())
METHOD = Choice({name: kind.label for name, kind in ATTRIBUTIONS.items()})
TOOL = Choice(TOOLS)
PERCENT = Integer(0, 100)
STOP = Integer(1, 5)


def _property(type_: PropertyType, label: str, *, in_settings: bool = False) -> dict[str, Any]:
    return {"type": type_, "label": label, "in_settings": in_settings}


@dataclass(frozen=True)
class State:
    """Everything a person can set on the page."""

    drawing: str | None = field(default=None, metadata=_property(Drawing(), "Drawing"))
    space: Space = field(
        default="probability", metadata=_property(SPACE, "Output", in_settings=True)
    )
    scale: Scale = field(
        default="shared", metadata=_property(SCALE, "Colour scale", in_settings=True)
    )
    network: str = field(default=STANDARD, metadata=_property(NETWORK, "Network", in_settings=True))
    method: AttributionName = field(
        default="gradient", metadata=_property(METHOD, "Maps", in_settings=True)
    )
    tool: Tool = field(default="maps", metadata=_property(TOOL, "Tool", in_settings=True))
    pixel: tuple[int, int] | None = field(
        default=None, metadata=_property(PIXEL, "Pixel", in_settings=True)
    )
    a: int | None = field(default=None, metadata=_property(CLASS, "Why", in_settings=True))
    b: int | None = field(default=None, metadata=_property(CLASS, "and not", in_settings=True))
    target: int | None = field(
        default=None, metadata=_property(CLASS, "What would make it", in_settings=True)
    )
    overlay: int | str | None = field(
        default=None,
        metadata=_property(ClassOrTop(CLASS.maximum), "Map over the drawing", in_settings=True),
    )
    opacity: int = field(
        default=60, metadata=_property(PERCENT, "Opacity of the map, in percent", in_settings=True)
    )
    present: bool = field(
        default=False, metadata=_property(Boolean(), "Presentation", in_settings=True)
    )
    keys: bool = field(
        default=True, metadata=_property(Boolean(), "Single keys act", in_settings=True)
    )
    tour: int | None = field(default=None, metadata=_property(STOP, "Stop of the tour"))
    embedded: bool = field(default=False, metadata=_property(Boolean(), "Embedded"))
    """Not named "embed", which is a query parameter of Streamlit's own."""


@dataclass(frozen=True)
class Property:
    """One line of the table."""

    name: str
    type: PropertyType
    label: str
    default: Any
    in_settings: bool
    """Whether it can change without a new link: then frontend/state/settings.js keeps it."""


PROPERTIES = tuple(
    Property(each.name, default=each.default, **each.metadata) for each in fields(State)
)


def parse_query(query: str | Iterable[tuple[str, str]]) -> tuple[State, tuple[str, ...]]:
    """Parse a link's query: the state, and a sentence on each parameter that cannot be used.

    A property that is missing or cannot be used has its default; unknown names are ignored; of a
    name that comes twice the first counts. Never raises.
    """
    if isinstance(query, str):
        query = parse_qsl(query.removeprefix("?"), keep_blank_values=True)
    properties = {each.name: each for each in PROPERTIES}
    values: dict[str, Any] = {}
    errors = []
    for name, text in query:
        if name not in properties or name in values:
            continue
        try:
            values[name] = properties[name].type.parse(text)
        except InputError as error:
            values[name] = properties[name].default
            shown = f"{name}={text[:40]}{'...' if len(text) > 40 else ''}"
            errors.append(f"The link's {shown} cannot be used: {error}.")
    return State(**values), tuple(errors)


def restrict_to_model(
    state: State, *, height: int, width: int, classes: int
) -> tuple[State, tuple[str, ...]]:
    """Drop a pixel and classes that the model lacks, with a sentence on each of them.

    The model's input has `height` x `width` pixels, and its output so many classes.
    """
    dropped: dict[str, Any] = {}
    errors = []
    if state.pixel is not None and not (state.pixel[0] < height and state.pixel[1] < width):
        dropped["pixel"] = None
        last = f"{height - 1}-{width - 1}"
        row, column = state.pixel
        errors.append(f"The link's pixel={row}-{column} cannot be used: expected 0-0 to {last}.")
    for name in ("a", "b", "target", "overlay"):
        value = getattr(state, name)
        if value not in {None, "top"} and value >= classes:
            dropped[name] = None
            errors.append(f"The link's {name}={value} cannot be used: expected 0 to {classes - 1}.")
    return replace(state, **dropped), tuple(errors)


def format_query(state: State) -> str:
    """Format a link's query: the properties that differ from the defaults, in the table's order."""
    return urlencode(
        [
            (each.name, each.type.format(value))
            for each in PROPERTIES
            if (value := getattr(state, each.name)) != each.default
        ]
    )


def settings(state: State) -> dict[str, dict[str, Any]]:
    """Format what frontend/state/settings.js needs of each property that it keeps.

    That is its label, value and default, and as `options` the values that a `Choice` has, each
    with its label.
    """

    def text(each: Property, value: Any) -> str:
        return "" if value is None else each.type.format(value)

    return {
        each.name: {
            "label": each.label,
            "value": text(each, getattr(state, each.name)),
            "default": text(each, each.default),
            "options": list(each.type.labels.items()) if isinstance(each.type, Choice) else [],
        }
        for each in PROPERTIES
        if each.in_settings
    }
