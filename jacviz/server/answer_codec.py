"""Encode an answer for the browser; frontend/server/answer_codec.js decodes it.

uint32 header length | JSON header, padded to 4 bytes | float32: frame, probabilities, the largest
value of each map | the maps, float32 or int8. An empty frame carries the frame alone.
All little-endian.
"""

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from jacviz.preprocessing.frame import Frame
from jacviz.server.map_request import MapRequest
from jacviz.typing import Float32Array

if TYPE_CHECKING:
    from jacviz.explain import Attribution
    from jacviz.explain.sensitivity import Sensitivity


def encode(
    frame: Frame,
    canvas_shape: tuple[int, ...],
    sensitivity: "Sensitivity | None",
    request: MapRequest,
    attribution: "Attribution | None" = None,
    *,
    labels: Sequence[str],
    noun: str = "class",
) -> bytes:
    """Encode the answer to a canvas of shape (H, W); empty without a sensitivity.

    `labels` are those of the model's outputs, and `noun` says what each of them names.

    The maps are the attribution's, or else the sensitivity's own. Exact maps are float32.
    Otherwise each is int8, in 127ths of its largest absolute value: enough for the colours of a
    picture, in a quarter of the bytes.
    """
    height, width = frame.image.shape
    header = {
        "labels": list(labels),
        "noun": noun,
        "height": height,
        "width": width,
        "space": request.space,
        "network": request.network,
        "method": request.method,
        "empty": sensitivity is None,
        "exact": request.exact,
        # The canvas and the frame's place on it, in canvas pixels, as in `Frame`.
        "sheet": canvas_shape,
        "place": [frame.top, frame.left, frame.scale],
    }
    arrays = [frame.image.astype("<f4")]
    if sensitivity is not None:
        header["top"] = sensitivity.top
        header["saturated"] = sensitivity.saturated
        maps = sensitivity.jacobian(request.space) if attribution is None else attribution.maps
        if attribution is not None and attribution.residual is not None:
            header["residual"] = float(np.abs(attribution.residual).max())
        largest = np.abs(maps).max(axis=(1, 2))
        arrays += [sensitivity.probabilities.astype("<f4"), largest.astype("<f4")]
        arrays.append(maps.astype("<f4") if request.exact else _quantize(maps, largest))
    text = pad_to_words(json.dumps(header).encode())
    return b"".join([len(text).to_bytes(4, "little"), text] + [array.tobytes() for array in arrays])


def pad_to_words(text: bytes) -> bytes:
    """Pad JSON to 4 bytes: a Float32Array of the numbers after it needs that alignment."""
    return text + b" " * (-len(text) % 4)


def _quantize(maps: Float32Array, largest: Float32Array) -> NDArray[np.int8]:
    scale = 127 / np.where(largest > 0, largest, 1)
    return np.rint(maps * scale[:, None, None]).astype(np.int8)
