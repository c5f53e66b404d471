"""All numbers of one result as an NPZ file, with their origin."""

import hashlib
import io
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jacviz.explain import Attribution
from jacviz.explain.sensitivity import Sensitivity
from jacviz.models.registry import get_model
from jacviz.models.shipped import STANDARD
from jacviz.output_spaces import Space
from jacviz.preprocessing.frame import Frame


def encode_npz(
    framed: Frame,
    result: Sensitivity,
    space: Space,
    attribution: Attribution | None = None,
    *,
    source: str,
    data: bytes,
    network: str = STANDARD,
) -> bytes:
    """Encode arrays and texts as an NPZ file, for numpy.load without pickles.

    `frame` (H, W), `frame_placement` (top, left, source pixels per frame pixel), `labels`,
    `logits` and `probabilities` (M,), `jacobian` (M, H, W) in `space`, `logit_jacobian`, the
    `method` of the maps, "gradient" being the Jacobian, and those of an attribution: `maps`
    (M, H, W) and, where it has one, `residual` (M,); and of its origin, `source`, the SHA-256 of
    the source's `data`, the `network`'s name and its weights' SHA-256, versions and the time.
    Raises InputError where there is no such network.
    """
    model = get_model(network)
    attributions: dict[str, NDArray[Any]] = {}
    if attribution is not None:
        attributions["maps"] = attribution.maps
        if attribution.residual is not None:
            attributions["residual"] = attribution.residual
    metadata = {
        "method": "gradient" if attribution is None else attribution.name,
        "source": source,
        "source_sha256": hashlib.sha256(data).hexdigest(),
        "network": network,
        "weights_sha256": model.weights_sha256(),
        "jacviz_version": version("jacviz"),
        "torch_version": version("torch"),
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    file = io.BytesIO()
    np.savez_compressed(
        file,
        allow_pickle=False,
        frame=framed.image,
        frame_placement=np.array([framed.top, framed.left, framed.scale]),
        labels=np.array(model.labels),
        logits=result.logits,
        probabilities=result.probabilities,
        jacobian=result.jacobian(space),
        logit_jacobian=result.logit_jacobian,
        space=np.array(space),
        **attributions,
        **{name: np.array(value) for name, value in metadata.items()},
    )
    return file.getvalue()
