"""All numbers of one answer in one file, with where they came from."""

import hashlib
import io
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jacviz.explain import Attribution
from jacviz.explain.sensitivity import Sensitivity
from jacviz.models.registry import NETWORKS, STANDARD
from jacviz.output_spaces import Space
from jacviz.preprocessing.mnist import Frame


def archive(
    framed: Frame,
    result: Sensitivity,
    space: Space,
    attribution: Attribution | None = None,
    *,
    source: str,
    data: bytes,
    network: str = STANDARD,
) -> bytes:
    """An NPZ file of arrays and texts, for numpy.load without pickles.

    `frame` (28, 28), `frame_placement` (top, left, source pixels per frame pixel), `logits` and
    `probabilities` (M,), `jacobian` (M, 28, 28) in `space`, `logit_jacobian`, the `method` of the
    maps, "gradient" being the Jacobian, and those of an attribution: `maps` (M, 28, 28) and, where
    it has one, `residual` (M,); and of its origin, `source`, the SHA-256 of the source's `data`,
    the shipped `network` and its weights' SHA-256, versions and the time.
    """
    shares: dict[str, NDArray[Any]] = {}
    if attribution is not None:
        shares["maps"] = attribution.maps
        if attribution.residual is not None:
            shares["residual"] = attribution.residual
    facts = {
        "method": "gradient" if attribution is None else attribution.name,
        "source": source,
        "source_sha256": hashlib.sha256(data).hexdigest(),
        "network": network,
        "weights_sha256": hashlib.sha256(NETWORKS[network].weights.read_bytes()).hexdigest(),
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
        logits=result.logits,
        probabilities=result.probabilities,
        jacobian=result.jacobian(space),
        logit_jacobian=result.logit_jacobian,
        space=np.array(space),
        **shares,
        **{name: np.array(fact) for name, fact in facts.items()},
    )
    return file.getvalue()
