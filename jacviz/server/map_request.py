"""What a question wants to know of its drawing."""

from dataclasses import dataclass

from jacviz.explain.attribution_specs import AttributionName
from jacviz.models.shipped import STANDARD
from jacviz.output_spaces import Space


@dataclass(frozen=True)
class Wishes:
    """One way to look at a drawing: by which network, at which outputs, by which kind of map."""

    space: Space = "probability"
    exact: bool = True
    """Whether the maps' own numbers are wanted; else what a picture needs."""
    network: str = STANDARD
    method: AttributionName = "gradient"
