"""The controls above the maps, made from the table of properties, and their values."""

from dataclasses import asdict, dataclass
from typing import cast

import streamlit as st

from jacviz.app.state import PROPERTIES, Property, State, format_query
from jacviz.app.url_properties import Choice
from jacviz.explain.attribution_specs import AttributionName
from jacviz.export.colormap import Scale
from jacviz.models.registry import get_model, model_names
from jacviz.output_spaces import Space
from jacviz.server.map_request import MapRequest

_PROPERTIES = {each.name: each for each in PROPERTIES}


@dataclass
class View:
    """The values of one visitor's controls."""

    space: Space = State.space
    scale: Scale = State.scale
    network: str = State.network
    method: AttributionName = State.method

    @property
    def query(self) -> str:
        """A link's query for this view."""
        return format_query(State(**asdict(self)))

    @property
    def map_request(self) -> MapRequest:
        """The request for exact maps of this view."""
        return MapRequest(self.space, network=self.network, method=self.method)


def view() -> View:
    """Get this visitor's view, one object per session: downloads read it when they are pressed."""
    current: View = st.session_state.setdefault("view", View())
    return current


def apply_state(state: State) -> View:
    """Set this visitor's view to a state, without controls to change it."""
    current = view()
    current.space, current.scale = state.space, state.scale
    current.network, current.method = state.network, state.method
    return current


def show(initial: State) -> View:
    """Show the controls, which start as in a state; returns this visitor's view, updated."""
    current = view()
    with st.container(key="view-controls", horizontal=True, gap="medium"):
        current.space = cast(Space, _segmented_control("space", initial))
        current.scale = cast(Scale, _segmented_control("scale", initial))
        current.network = _segmented_control("network", initial, _network_descriptions())
        current.method = cast(AttributionName, _selectbox("method", initial))
    return current


def _network_descriptions() -> str:
    models = (get_model(name) for name in model_names())
    return "  \n".join(f"**{model.title}**: {model.description}" for model in models)


def _segmented_control(name: str, initial: State, help_text: str | None = None) -> str:
    property_, labels = _property(name)
    selected: str = st.segmented_control(
        property_.label,
        list(labels),
        default=getattr(initial, name),
        required=True,
        format_func=labels.__getitem__,
        help=help_text,
        key=name,
    )
    return selected


def _selectbox(name: str, initial: State) -> str:
    property_, labels = _property(name)
    return st.selectbox(
        property_.label,
        list(labels),
        index=list(labels).index(getattr(initial, name)),
        format_func=labels.__getitem__,
        key=name,
    )


def _property(name: str) -> tuple[Property, dict[str, str]]:
    property_ = _PROPERTIES[name]
    assert isinstance(property_.type, Choice)
    return property_, dict(property_.type.labels)
