"""The page's state: one table of named properties for controls, links and defaults.

A property is a field of `State`: its name is also its name in a link, its default is the page's,
and its kind says what it may be and how a link writes it. `PROPERTIES` lists them all.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, fields, replace
from typing import Any, Literal, TypeAlias
from urllib.parse import parse_qsl, urlencode

from jacviz.app.url_properties import Choice, Drawing, Kind, Place, Switch, Which, Whole
from jacviz.errors import InputError
from jacviz.explain.attribution_specs import ATTRIBUTIONS, AttributionName
from jacviz.models.registry import ModelTitles
from jacviz.models.shipped import STANDARD
from jacviz.output_spaces import SPACES, Space

Scale: TypeAlias = Literal["shared", "each"]
Tool: TypeAlias = Literal["maps", "pixel", "what-if", "versus", "toward", "check"]

TOOLS: dict[str, str] = {
    "maps": "Maps",
    "pixel": "Pixel",
    "what-if": "What if",
    "versus": "Why a, not b",
    "toward": "Make it another",
    "check": "Check",
}

# A link is first read for what no network has, and then by `within` for what the page's own lacks.
PIXEL, CLASS = Place(4095), Whole(0, 9999)
SPACE = Choice({space: space.capitalize() for space in SPACES})
SCALE = Choice({"shared": "One for all", "each": "Each its own"})
NETWORK = Choice(ModelTitles())
METHOD = Choice({name: kind.label for name, kind in ATTRIBUTIONS.items()})
TOOL = Choice(TOOLS)
PERCENT = Whole(0, 100)
STOP = Whole(1, 5)


def _is(kind: Kind, label: str, *, linked: bool = True, held: bool = False) -> dict[str, Any]:
    return {"kind": kind, "label": label, "linked": linked, "held": held}


@dataclass(frozen=True)
class State:
    """Everything a person can set on the page."""

    drawing: str | None = field(default=None, metadata=_is(Drawing(), "Drawing"))
    space: Space = field(default="probability", metadata=_is(SPACE, "Output"))
    scale: Scale = field(default="shared", metadata=_is(SCALE, "Colour scale"))
    network: str = field(default=STANDARD, metadata=_is(NETWORK, "Network"))
    method: AttributionName = field(default="gradient", metadata=_is(METHOD, "Maps"))
    tool: Tool = field(default="maps", metadata=_is(TOOL, "Tool", held=True))
    pixel: tuple[int, int] | None = field(default=None, metadata=_is(PIXEL, "Pixel", held=True))
    a: int | None = field(default=None, metadata=_is(CLASS, "Why", held=True))
    b: int | None = field(default=None, metadata=_is(CLASS, "and not", held=True))
    target: int | None = field(default=None, metadata=_is(CLASS, "What would make it", held=True))
    overlay: int | str | None = field(
        default=None, metadata=_is(Which(CLASS.most), "Map over the drawing", held=True)
    )
    opacity: int = field(
        default=60, metadata=_is(PERCENT, "Opacity of the map, in percent", held=True)
    )
    present: bool = field(default=False, metadata=_is(Switch(), "Presentation", held=True))
    keys: bool = field(default=True, metadata=_is(Switch(), "Single keys act", held=True))
    tour: int | None = field(default=None, metadata=_is(STOP, "Stop of the tour"))
    embedded: bool = field(default=False, metadata=_is(Switch(), "Embedded"))
    """Not called "embed", which Streamlit keeps for itself."""


@dataclass(frozen=True)
class Property:
    """One line of the table."""

    name: str
    kind: Kind
    label: str
    default: Any
    linked: bool
    """Whether a link tells of it."""
    held: bool
    """Whether static/core/settings.js holds it."""


PROPERTIES = tuple(
    Property(each.name, default=each.default, **each.metadata) for each in fields(State)
)


def read(query: str | Iterable[tuple[str, str]]) -> tuple[State, tuple[str, ...]]:
    """The state that a link's query tells of, and sentences about what of it could not be used.

    A property that is missing or cannot be used has its default; names that are no properties'
    are left to others; of a name that comes twice the first counts. Never raises.
    """
    if isinstance(query, str):
        query = parse_qsl(query.removeprefix("?"), keep_blank_values=True)
    linked = {each.name: each for each in PROPERTIES if each.linked}
    values: dict[str, Any] = {}
    complaints = []
    for name, text in query:
        if name not in linked or name in values:
            continue
        try:
            values[name] = linked[name].kind.read(text)
        except InputError as error:
            values[name] = linked[name].default
            shown = f"{name}={text[:40]}{'...' if len(text) > 40 else ''}"
            complaints.append(f"The link's {shown} cannot be used: {error}.")
    return State(**values), tuple(complaints)


def within(state: State, *, height: int, width: int, classes: int) -> tuple[State, tuple[str, ...]]:
    """The state without a pixel and classes that the page's network lacks, and what to say of it.

    The network sees a frame of `height` x `width` pixels and tells so many classes apart.
    """
    lacking: dict[str, Any] = {}
    complaints = []
    if state.pixel is not None and not (state.pixel[0] < height and state.pixel[1] < width):
        lacking["pixel"] = None
        last = f"{height - 1}-{width - 1}"
        complaints.append(f"The link's pixel cannot be used: 0-0 to {last} are accepted.")
    for name in ("a", "b", "target", "overlay"):
        value = getattr(state, name)
        if value not in {None, "top"} and value >= classes:
            lacking[name] = None
            complaints.append(f"The link's {name} cannot be used: 0 to {classes - 1} are accepted.")
    return replace(state, **lacking), tuple(complaints)


def write(state: State) -> str:
    """The query of a link to this state: what differs from the defaults, in the table's order."""
    return urlencode(
        [
            (each.name, each.kind.write(value))
            for each in PROPERTIES
            if each.linked and (value := getattr(state, each.name)) != each.default
        ]
    )


def settings(state: State) -> dict[str, dict[str, str]]:
    """What static/core/settings.js holds: each property's label, value and default, as texts."""

    def text(each: Property, value: Any) -> str:
        return "" if value is None else each.kind.write(value)

    return {
        each.name: {
            "label": each.label,
            "value": text(each, getattr(state, each.name)),
            "default": text(each, each.default),
        }
        for each in PROPERTIES
        if each.held
    }
