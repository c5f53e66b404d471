"""A short program that gives the page's numbers again."""

import numpy as np
from numpy.typing import NDArray

from jacviz import sharing
from jacviz.errors import InputError
from jacviz.networks import NETWORKS, STANDARD
from jacviz.spaces import SPACES, Space

_TEMPLATE = """\
# pip install jacviz
import jacviz
from jacviz import sharing

drawing = "{drawing}"
frame = jacviz.frame(sharing.decode(drawing))  # what the network sees: frame.image, 28 x 28
model = jacviz.load_lenet5("{network}")
answer = jacviz.sensitivity(model, frame.image)
J = answer.jacobian("{space}")  # (10, 28, 28): class, row, column
for digit, (p, one) in enumerate(zip(answer.probabilities, J)):
    print(digit, f"{{p:.4f}}  largest derivative {{abs(one).max():.4g}}")
"""


def script(sheet: NDArray[np.uint8], space: Space = "probability", network: str = STANDARD) -> str:
    """A Python program with the drawing inside, for the ink on a sheet (height, width) uint8.

    It prints each digit's probability and largest derivative and leaves the sensitivity in
    `answer` and its Jacobian in `J`. Raises InputError for a sheet that `jacviz.sharing` refuses,
    and for an unknown space or network.
    """
    if space not in SPACES:
        raise InputError(f"output space {space!r} is unknown; choose one of {', '.join(SPACES)}")
    if network not in NETWORKS:
        raise InputError(f"network {network!r} is unknown; choose one of {', '.join(NETWORKS)}")
    return _TEMPLATE.format(drawing=sharing.encode(sheet), network=network, space=space)
