"""How the maps are looked at. The browser knows it, and tells it where the server has to know."""

from collections.abc import Mapping
from dataclasses import dataclass, fields

from jacviz.app.state import State, parse_query
from jacviz.explain.attribution_specs import AttributionName
from jacviz.export.colormap import Scale
from jacviz.models.model import Model
from jacviz.models.registry import get_model
from jacviz.output_spaces import Space
from jacviz.server.map_request import MapRequest


@dataclass(frozen=True)
class View:
    """The properties of a state that decide which maps are shown, and how."""

    space: Space = State.space
    scale: Scale = State.scale
    network: str = State.network
    method: AttributionName = State.method

    @classmethod
    def of(cls, state: State) -> "View":
        """Take the view of a state."""
        return cls(state.space, state.scale, state.network, state.method)

    @classmethod
    def parse(cls, sent: object) -> "View":
        """Parse what `Settings.view` of frontend/state/settings.js sends, values by names.

        What is missing or cannot be used has its default. Never raises.
        """
        values = sent if isinstance(sent, Mapping) else {}
        names = [each.name for each in fields(cls)]
        texts = ((name, values[name]) for name in names if isinstance(values.get(name), str))
        return cls.of(parse_query(texts)[0])

    @property
    def model(self) -> Model:
        """The view's model."""
        return get_model(self.network)

    @property
    def map_request(self) -> MapRequest:
        """The request for exact maps of this view."""
        return MapRequest(self.space, network=self.network, method=self.method)
