"""What is answered to each question about the ink on a sheet, (H, W) uint8, as bytes.

Every function raises InputError for ink that it has no answer to, and AssetError where the
network cannot be read.
"""

import json
import secrets
from dataclasses import replace

from jacviz.errors import InputError
from jacviz.models.registry import get_model
from jacviz.output_spaces import Space
from jacviz.preprocessing.frame import Frame
from jacviz.server import answer_codec
from jacviz.server.map_request import Wishes
from jacviz.server.model_store import engine
from jacviz.typing import UInt8Array

Ink = UInt8Array


def maps(ink: Ink, wishes: Wishes) -> bytes:
    """A map for each class; see answer_codec.py. An empty sheet has an empty answer."""
    return _maps(get_model(wishes.network).frame(ink), ink.shape, wishes)


def what_if(ink: Ink, network: str, pixel: tuple[int, int], radius: int) -> bytes:
    """`jacviz.explain.perturbation` under a round brush, as JSON."""
    from jacviz import explain

    image = _drawn(ink, network).image
    under = explain.brush(image.shape, pixel, radius)
    found = explain.what_if(engine(network).compiled, image, under)
    return _json(
        {
            "amounts": found.amounts.tolist(),
            "predicted": found.predicted.tolist(),
            "true": found.true.tolist(),
            "room": found.room,
        }
    )


def versus(ink: Ink, network: str, a: int | None, b: int | None) -> bytes:
    """`jacviz.explain.contrastive`, as JSON."""
    from jacviz import explain

    found = explain.versus(engine(network).sense(_drawn(ink, network)), a, b)
    return _json(
        {"a": found.a, "b": found.b, "log_odds": found.log_odds, "map": found.map.ravel().tolist()}
    )


def toward(ink: Ink, wishes: Wishes, target: int) -> bytes:
    """`jacviz.explain.toward`: what it says of the way, and an answer for every image on it.

    uint32 length | JSON of that length, padded to 4 bytes, in which `lengths` are those of the
    answers that follow; see wire.py.
    """
    from jacviz import explain

    framed = _drawn(ink, wishes.network)
    found = explain.toward(engine(wishes.network).compiled, framed.image, target)
    answers = [_maps(replace(framed, image=one), ink.shape, wishes) for one in found.images]
    about = {
        "target": found.target,
        "flipped": found.flipped,
        "ending": found.ending,
        "sizes": [[size.l1, size.l2, size.largest] for size in found.sizes],
        "lengths": [len(answer) for answer in answers],
    }
    text = answer_codec.padded(_json(about))
    return b"".join([len(text).to_bytes(4, "little"), text, *answers])


def check(ink: Ink, network: str, space: Space, pixels: int | None) -> bytes:
    """`jacviz.check` of the network's gradient at so many pixels, at random, or at all; as JSON."""
    framed = _drawn(ink, network)
    report = engine(network).check(framed, space, pixels, seed=secrets.randbelow(2**31))
    output, *place = report.where or (None,)
    return _json(
        {
            "passed": report.passed,
            "total": report.pixels.total,
            "checked": report.pixels.checked,
            "failures": len(report.pixels.failures),
            "kinks": len(report.kinks),
            "worst": report.worst,
            "output": output,
            "pixel": place[-2:],
            "directions": report.directions.checked,
            "along": report.directions.worst,
            "sums": report.sums,
            "tolerance": report.tolerance,
        }
    )


def _drawn(ink: Ink, network: str) -> Frame:
    framed = get_model(network).frame(ink)
    if framed.empty:
        raise InputError("nothing is drawn, so there is nothing to ask about")
    return framed


def _maps(framed: Frame, sheet: tuple[int, ...], wishes: Wishes) -> bytes:
    sensed = attribution = None
    if not framed.empty:
        network = engine(wishes.network)
        sensed = network.sense(framed)
        attribution = network.attribute(framed, wishes.space, wishes.method)
    model = get_model(wishes.network)
    return answer_codec.encode(
        framed, sheet, sensed, wishes, attribution, labels=model.labels, noun=model.noun
    )


def _json(about: dict[str, object]) -> bytes:
    return json.dumps(about).encode()
