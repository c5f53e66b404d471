"""One answer as the browser gets it; static/wire.js reads it.

uint32 header length | JSON header, padded to 4 bytes | float32: frame, probabilities, Jacobian.
An empty frame carries no probabilities and no Jacobian.
"""

import json
from collections.abc import Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from jacviz.sensitivities import Sensitivity, Space

Scale = Literal["shared", "each"]


def encode(
    image: NDArray[np.float32],
    sensitivity: Sensitivity | None,
    *,
    labels: Sequence[str],
    space: Space,
    scale: Scale,
) -> bytes:
    """What the page shows of one frame (H, W); without a sensitivity the frame is empty."""
    height, width = image.shape
    header = {
        "labels": list(labels),
        "height": height,
        "width": width,
        "space": space,
        "scale": scale,
        "empty": sensitivity is None,
    }
    arrays: list[NDArray[np.floating]] = [image]
    if sensitivity is not None:
        header["top"] = sensitivity.top
        header["saturated"] = sensitivity.saturated
        arrays += [sensitivity.probabilities, sensitivity.jacobian(space)]
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 4)
    return b"".join(
        [len(text).to_bytes(4, "little"), text]
        + [np.ascontiguousarray(array, dtype="<f4").tobytes() for array in arrays]
    )
