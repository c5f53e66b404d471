"""How one looks at the maps: the controls above them, made from the table of properties."""

from dataclasses import asdict, dataclass
from typing import cast

import streamlit as st

from jacviz.app.state import PROPERTIES, Property, Scale, State, write
from jacviz.app.url_properties import Choice
from jacviz.explain.attribution_specs import AttributionName
from jacviz.models.registry import get_model, model_names
from jacviz.output_spaces import Space
from jacviz.server.map_request import Wishes

_TABLE = {each.name: each for each in PROPERTIES}


@dataclass
class View:
    """How one visitor looks at the maps now."""

    space: Space = State.space
    scale: Scale = State.scale
    network: str = State.network
    method: AttributionName = State.method

    @property
    def query(self) -> str:
        """As in a link; its names are those of `State`."""
        return write(State(**asdict(self)))

    @property
    def wishes(self) -> Wishes:
        """What the maps' own numbers are asked for with."""
        return Wishes(self.space, network=self.network, method=self.method)


def view() -> View:
    """This visitor's view: one object, so that a file shows the switches as they are when asked."""
    mine: View = st.session_state.setdefault("view", View())
    return mine


def take(first: State) -> View:
    """This visitor's view as in a state, without controls to change it."""
    mine = view()
    mine.space, mine.scale = first.space, first.scale
    mine.network, mine.method = first.network, first.method
    return mine


def show(first: State) -> View:
    """Draw the controls, which first stand as in a state; this visitor's view, up to date."""
    mine = view()
    with st.container(key="switches", horizontal=True, gap="medium"):
        mine.space = cast(Space, _buttons("space", first))
        mine.scale = cast(Scale, _buttons("scale", first))
        mine.network = _buttons("network", first, _networks())
        mine.method = cast(AttributionName, _list("method", first))
    return mine


def _networks() -> str:
    models = (get_model(name) for name in model_names())
    return "  \n".join(f"**{each.title}**: {each.description}" for each in models)


def _buttons(name: str, first: State, explanation: str | None = None) -> str:
    each, labels = _choice(name)
    chosen: str = st.segmented_control(
        each.label,
        list(labels),
        default=getattr(first, name),
        required=True,
        format_func=labels.__getitem__,
        help=explanation,
        key=name,
    )
    return chosen


def _list(name: str, first: State) -> str:
    each, labels = _choice(name)
    return st.selectbox(
        each.label,
        list(labels),
        index=list(labels).index(getattr(first, name)),
        format_func=labels.__getitem__,
        key=name,
    )


def _choice(name: str) -> tuple[Property, dict[str, str]]:
    each = _TABLE[name]
    assert isinstance(each.kind, Choice)
    return each, dict(each.kind.labels)
