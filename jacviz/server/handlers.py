"""Answer each kind of request about the ink on a canvas, (H, W) uint8; answers are bytes.

Every function raises InputError for ink that it cannot use, and AssetError where the network
cannot be read.
"""

import json
import secrets
from dataclasses import replace

from jacviz.errors import InputError
from jacviz.models.registry import get_model
from jacviz.output_spaces import Space
from jacviz.preprocessing.frame import Frame
from jacviz.server import answer_codec
from jacviz.server.map_request import MapRequest
from jacviz.server.model_store import get_engine
from jacviz.typing import UInt8Array

Ink = UInt8Array


def maps(ink: Ink, request: MapRequest) -> bytes:
    """Compute a map for each class, see `answer_codec`; an empty canvas has an empty answer."""
    return _maps(get_model(request.network).frame(ink), ink.shape, request)


def what_if(ink: Ink, network: str, pixel: tuple[int, int], radius: int) -> bytes:
    """Compute `jacviz.explain.what_if` under a round brush, as JSON."""
    from jacviz import explain

    image = _frame_ink(ink, network).image
    brush = explain.brush(image.shape, pixel, radius)
    result = explain.what_if(get_engine(network).compiled, image, brush)
    return _json(
        {
            "amounts": result.amounts.tolist(),
            "predicted": result.predicted.tolist(),
            "true": result.true.tolist(),
            "room": result.room,
        }
    )


def versus(ink: Ink, network: str, a: int | None, b: int | None) -> bytes:
    """Compute `jacviz.explain.versus`, as JSON."""
    from jacviz import explain

    result = explain.versus(get_engine(network).sensitivity(_frame_ink(ink, network)), a, b)
    return _json(
        {
            "a": result.a,
            "b": result.b,
            "log_odds": result.log_odds,
            "map": result.map.ravel().tolist(),
        }
    )


def toward(ink: Ink, request: MapRequest, target: int) -> bytes:
    """Compute `jacviz.explain.toward`: its path of images, and the maps at each of them.

    uint32 length | JSON of that length, padded to 4 bytes, in which `lengths` are those of the
    answers that follow; see `answer_codec`.
    """
    from jacviz import explain

    frame = _frame_ink(ink, request.network)
    result = explain.toward(get_engine(request.network).compiled, frame.image, target)
    answers = [_maps(replace(frame, image=image), ink.shape, request) for image in result.images]
    summary = {
        "target": result.target,
        "flipped": result.flipped,
        "ending": result.ending,
        "sizes": [[size.l1, size.l2, size.largest] for size in result.sizes],
        "lengths": [len(answer) for answer in answers],
    }
    header = answer_codec.pad_to_words(_json(summary))
    return b"".join([len(header).to_bytes(4, "little"), header, *answers])


def check(ink: Ink, network: str, space: Space, pixels: int | None) -> bytes:
    """Check the network's Jacobian at so many random pixels, or at all, as JSON."""
    frame = _frame_ink(ink, network)
    report = get_engine(network).check(frame, space, pixels, seed=secrets.randbelow(2**31))
    output, *position = report.where or (None,)
    return _json(
        {
            "passed": report.passed,
            "total": report.pixels.total,
            "checked": report.pixels.checked,
            "failures": len(report.pixels.failures),
            "kinks": len(report.kinks),
            "worst": report.worst,
            "output": output,
            "pixel": position[-2:],
            "directions": report.directions.checked,
            "along": report.directions.worst,
            "sums": report.sums,
            "tolerance": report.tolerance,
        }
    )


def _frame_ink(ink: Ink, network: str) -> Frame:
    frame = get_model(network).frame(ink)
    if frame.empty:
        raise InputError("expected a drawing, got an empty canvas; draw something first")
    return frame


def _maps(frame: Frame, canvas_shape: tuple[int, ...], request: MapRequest) -> bytes:
    sensitivity = attribution = None
    if not frame.empty:
        engine = get_engine(request.network)
        sensitivity = engine.sensitivity(frame)
        attribution = engine.attribute(frame, request.space, request.method)
    model = get_model(request.network)
    return answer_codec.encode(
        frame, canvas_shape, sensitivity, request, attribution, labels=model.labels, noun=model.noun
    )


def _json(content: dict[str, object]) -> bytes:
    return json.dumps(content).encode()
