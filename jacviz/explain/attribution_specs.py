"""Attribution methods: names, labels, descriptions and units."""

from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

AttributionName: TypeAlias = Literal[
    "gradient", "gradient-x-ink", "smoothgrad", "integrated-gradients"
]
ATTRIBUTION_NAMES: tuple[AttributionName, ...] = get_args(AttributionName)


@dataclass(frozen=True)
class AttributionSpec:
    """An attribution method, as the page and the exports describe it."""

    label: str
    meaning: str
    unit: str
    pixel: str
    """What one pixel's number is called; {} stands for the output."""

    def unit_of(self, output: str) -> str:
        """Return the unit with the name of the output in it."""
        return self.unit.replace("the output", output)


ATTRIBUTIONS: dict[AttributionName, AttributionSpec] = {
    "gradient": AttributionSpec(
        "Gradient",
        "What a little more ink at this pixel would do to the output.",
        "change of the output per unit of ink",
        "d {} / d ink",
    ),
    "gradient-x-ink": AttributionSpec(
        "Gradient x ink",
        "The gradient where there is ink: what a little of the drawn ink contributes at the"
        " present rate; the blank background gets zero.",
        "change of the output",
        "ink · d {} / d ink",
    ),
    "smoothgrad": AttributionSpec(
        "SmoothGrad",
        "The gradient averaged over noisy copies of the drawing: what more ink would do hereabouts,"
        " with less of the gradient's own noise.",
        "change of the output per unit of ink",
        "mean of d {} / d ink",
    ),
    "integrated-gradients": AttributionSpec(
        "Integrated gradients",
        "The gradient averaged on the straight line from a blank image to the drawing, times the"
        " ink: the pixels' shares in what the whole drawing changed, to which they add up.",
        "change of the output",
        "share in the change of {}",
    ),
}
