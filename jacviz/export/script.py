"""A short program that gives the page's numbers again."""

import numpy as np
from numpy.typing import NDArray

from jacviz.errors import InputError
from jacviz.explain.attribution_specs import NAMES
from jacviz.explain.attribution_specs import Name as Method
from jacviz.export import link_codec
from jacviz.models.registry import NETWORKS, STANDARD
from jacviz.output_spaces import SPACES, Space

_GRADIENT = """\
# pip install jacviz
import jacviz
from jacviz.export import link_codec

drawing = "{drawing}"
frame = jacviz.frame(link_codec.decode(drawing))  # what the network sees: frame.image, 28 x 28
model = jacviz.load_lenet5("{network}")
answer = jacviz.sensitivity(model, frame.image)
J = answer.jacobian("{space}")  # (10, 28, 28): class, row, column
for digit, (p, one) in enumerate(zip(answer.probabilities, J)):
    print(digit, f"{{p:.4f}}  largest derivative {{abs(one).max():.4g}}")
"""

_ATTRIBUTION = """\
# pip install jacviz
import jacviz
from jacviz import explain
from jacviz.export import link_codec

drawing = "{drawing}"
frame = jacviz.frame(link_codec.decode(drawing))  # what the network sees: frame.image, 28 x 28
graph = jacviz.compile_jacobian(jacviz.load_lenet5("{network}"), frame.image[None])
answer = jacviz.sensitivity(graph, frame.image)
maps = explain.attribute(graph, frame.image, "{method}", "{space}").maps
for digit, (p, one) in enumerate(zip(answer.probabilities, maps)):
    print(digit, f"{{p:.4f}}  largest in its map {{abs(one).max():.4g}}")
"""


def script(
    sheet: NDArray[np.uint8],
    space: Space = "probability",
    network: str = STANDARD,
    method: Method = "gradient",
) -> str:
    """A Python program with the drawing inside, for the ink on a sheet (height, width) uint8.

    It prints each digit's probability and the largest number of its map, and leaves the
    sensitivity in `answer` and the maps in `J`, or for another method than the gradient in
    `maps`. Raises InputError for a sheet that `jacviz.export.link_codec` refuses, and for an unknown space,
    network or method.
    """
    if space not in SPACES:
        raise InputError(f"output space {space!r} is unknown; choose one of {', '.join(SPACES)}")
    if network not in NETWORKS:
        raise InputError(f"network {network!r} is unknown; choose one of {', '.join(NETWORKS)}")
    if method not in NAMES:
        raise InputError(f"method {method!r} is unknown; choose one of {', '.join(NAMES)}")
    template = _GRADIENT if method == "gradient" else _ATTRIBUTION
    return template.format(
        drawing=link_codec.encode(sheet), network=network, space=space, method=method
    )
