"""A short program that reproduces the page's numbers."""

from jacviz.errors import InputError
from jacviz.explain.attribution_specs import ATTRIBUTION_NAMES, AttributionName
from jacviz.export import link_codec
from jacviz.models.registry import VARIABLE, get_model, model_source
from jacviz.models.shipped import STANDARD
from jacviz.output_spaces import Space, check_space
from jacviz.typing import UInt8Array

_GRADIENT = """\
# pip install jacviz{environment}
import jacviz
from jacviz.export import link_codec

drawing = "{drawing}"
model = jacviz.get_model("{network}")
frame = model.frame(link_codec.decode(drawing))  # what the network sees: frame.image, {size}
answer = jacviz.sensitivity(model, frame.image)
J = answer.jacobian("{space}")  # {maps}: class, row, column
for label, p, one in zip(model.labels, answer.probabilities, J):
    print(label, f"{{p:.4f}}  largest derivative {{abs(one).max():.4g}}")
"""

_ATTRIBUTION = """\
# pip install jacviz{environment}
import jacviz
from jacviz import explain
from jacviz.export import link_codec

drawing = "{drawing}"
model = jacviz.get_model("{network}")
frame = model.frame(link_codec.decode(drawing))  # what the network sees: frame.image, {size}
graph = jacviz.compile_jacobian(model)
answer = jacviz.sensitivity(graph, frame.image)
maps = explain.attribute(
    graph, frame.image, "{method}", "{space}", baseline=model.baseline
).maps  # {maps}: class, row, column
for label, p, one in zip(model.labels, answer.probabilities, maps):
    print(label, f"{{p:.4f}}  largest in its map {{abs(one).max():.4g}}")
"""


def script(
    canvas: UInt8Array,
    space: Space = "probability",
    network: str = STANDARD,
    method: AttributionName = "gradient",
) -> str:
    """Write a Python program that holds the drawing, the ink on a canvas (height, width) uint8.

    It prints each class' probability and the largest number of its map, and leaves the
    sensitivity in `answer` and the maps in `J`, or for another method than the gradient in
    `maps`. A model from JACVIZ_MODELS must be named there again where the program runs; its first
    line says how. Raises InputError for a canvas that `jacviz.export.link_codec` refuses, and
    for an unknown space, network or method.
    """
    check_space(space)
    model = get_model(network)
    if method not in ATTRIBUTION_NAMES:
        raise InputError(
            f"expected a method, one of {', '.join(ATTRIBUTION_NAMES)}, got {method!r}"
        )
    template = _GRADIENT if method == "gradient" else _ATTRIBUTION
    source = model_source(network)
    return template.format(
        environment="" if source is None else f"; needs {VARIABLE}={source}",
        drawing=link_codec.encode(canvas),
        network=network,
        size=f"{model.height} x {model.width}",
        maps=(len(model.labels), model.height, model.width),
        space=space,
        method=method,
    )
