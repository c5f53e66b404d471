"""An answer as the browser gets it; static/engine/answer_codec.js reads it.

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
from jacviz.server.map_request import Wishes
from jacviz.typing import Float32Array

if TYPE_CHECKING:
    from jacviz.explain import Attribution
    from jacviz.explain.sensitivity import Sensitivity


def encode(
    frame: Frame,
    sheet: tuple[int, ...],
    sensitivity: "Sensitivity | None",
    wishes: Wishes,
    attribution: "Attribution | None" = None,
    *,
    labels: Sequence[str],
    noun: str = "class",
) -> bytes:
    """What the page shows of the frame of a sheet, (H, W); without a sensitivity it is empty.

    `labels` are those of the model's outputs, and `noun` is what each of them names.

    The maps are the attribution's or else the sensitivity's own. Exact maps are the numbers
    themselves. Otherwise each is in 127ths of its own largest: enough for the colours of a
    picture, a quarter of the bytes.
    """
    height, width = frame.image.shape
    header = {
        "labels": list(labels),
        "noun": noun,
        "height": height,
        "width": width,
        "space": wishes.space,
        "network": wishes.network,
        "method": wishes.method,
        "empty": sensitivity is None,
        "exact": wishes.exact,
        # Where the frame lies on the sheet, in the sheet's pixels; see jacviz.preprocessing.frame.Frame.
        "sheet": sheet,
        "place": [frame.top, frame.left, frame.scale],
    }
    arrays = [frame.image.astype("<f4")]
    if sensitivity is not None:
        header["top"] = sensitivity.top
        header["saturated"] = sensitivity.saturated
        maps = sensitivity.jacobian(wishes.space) if attribution is None else attribution.maps
        if attribution is not None and attribution.residual is not None:
            header["residual"] = float(np.abs(attribution.residual).max())
        largest = np.abs(maps).max(axis=(1, 2))
        arrays += [sensitivity.probabilities.astype("<f4"), largest.astype("<f4")]
        arrays.append(maps.astype("<f4") if wishes.exact else _in_127ths(maps, largest))
    text = padded(json.dumps(header).encode())
    return b"".join([len(text).to_bytes(4, "little"), text] + [array.tobytes() for array in arrays])


def padded(text: bytes) -> bytes:
    """JSON so long that the numbers after it lie where a browser can read them in place."""
    return text + b" " * (-len(text) % 4)


def _in_127ths(maps: Float32Array, largest: Float32Array) -> NDArray[np.int8]:
    scale = 127 / np.where(largest > 0, largest, 1)
    return np.rint(maps * scale[:, None, None]).astype(np.int8)
