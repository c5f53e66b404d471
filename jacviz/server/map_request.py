"""The parameters of a request for maps."""

from dataclasses import dataclass

from jacviz.explain.attribution_specs import AttributionName
from jacviz.models.shipped import STANDARD
from jacviz.output_spaces import Space


@dataclass(frozen=True)
class MapRequest:
    """Which maps of a drawing to compute: output space, precision, network and method."""

    space: Space = "probability"
    exact: bool = True
    """Whether to send the maps as float32; otherwise as int8, enough for a picture."""
    network: str = STANDARD
    method: AttributionName = "gradient"
