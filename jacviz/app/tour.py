"""A guided tour: five digits, each with a view and two sentences about it.

The numbers in the sentences are computed when they are shown.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from jacviz.app.canvas_image import REDUCTION, fit_image
from jacviz.app.samples import digits
from jacviz.app.state import State, format_query
from jacviz.export import link_codec
from jacviz.export.number_format import percent, significant
from jacviz.models.registry import get_model
from jacviz.models.shipped import STANDARD
from jacviz.server.model_store import get_engine
from jacviz.typing import Float32Array, UInt8Array

if TYPE_CHECKING:
    from jacviz.compiler import CompiledJacobian

Sentences = Callable[[Float32Array, State], tuple[str, str]]


@dataclass(frozen=True)
class Stop:
    """A stop of the tour: one of the digits in assets/digits.npz, and its view."""

    title: str
    digit: int
    view: State
    sentences: Sentences
    """Computes two sentences from a frame, (28, 28), and the view."""


def _map_sentences(image: Float32Array, view: State) -> tuple[str, str]:
    from jacviz.explain import inspect
    from jacviz.explain.sensitivity import sensitivity

    labels = get_model(STANDARD).labels
    answer = sensitivity(_compiled(STANDARD), image)
    first, second = np.argsort(-answer.probabilities)[:2]
    assert view.pixel is not None
    moves = inspect(image, answer, view.pixel).derivatives
    return (
        f"The network hesitates: {labels[first]} has {percent(answer.probabilities[first])}, "
        f"{labels[second]} {percent(answer.probabilities[second])}.",
        f"Each map shows what a little more ink at a pixel would do to one digit: the marked one "
        f"speaks most against {labels[int(moves.argmin())]} and most for "
        f"{labels[int(moves.argmax())]}, and the ten changes sum to 0.",
    )


def _saturation_sentences(image: Float32Array, _: State) -> tuple[str, str]:
    from jacviz.explain.sensitivity import sensitivity

    labels = get_model(STANDARD).labels
    answer = sensitivity(_compiled(STANDARD), image)
    most = {space: np.abs(answer.jacobian(space)).max() for space in ("probability", "logit")}
    return (
        f"Here the network is sure: {labels[answer.top]} has "
        f"{100 * answer.probabilities[answer.top]:.2f}%, and no pixel moves a probability by more "
        f"than {significant(most['probability'])} per unit of ink.",
        f"The colours show so little only because they are stretched to it; what comes before the "
        f"softmax, the logits, moves by up to {significant(most['logit'])}: choose Logit, key 3.",
    )


def _linearity_sentences(image: Float32Array, view: State) -> tuple[str, str]:
    from jacviz.explain import brush, what_if

    labels = get_model(STANDARD).labels
    assert view.pixel is not None
    region = brush(image.shape, view.pixel)
    found = what_if(_compiled(STANDARD), image, region, [0, SMALL_INK_CHANGE, 1])
    k = int(found.true[0].argmax())
    now, little, full = (percent(p) for p in found.true[:, k])
    end = f"{100 * found.predicted[2, k]:.0f}%".replace("-", MINUS_SIGN)
    return (
        f"With {SMALL_INK_CHANGE} more ink at the marked pixel, {labels[k]} falls from {now} to "
        f"{little}, and the maps' straight line predicts {percent(found.predicted[1, k])}.",
        f"With full ink the line comes to {end}, which no probability can be, "
        f"and the network says {full}: derivatives are true of small changes.",
    )


def _contrast_sentences(image: Float32Array, view: State) -> tuple[str, str]:
    from jacviz.explain.sensitivity import sensitivity

    labels = get_model(STANDARD).labels
    answer = sensitivity(_compiled(STANDARD), image)
    a, b = view.a, view.b
    assert a is not None
    assert b is not None
    row, column = np.unravel_index(answer.log_odds(a, b).argmin(), image.shape)
    return (
        f"{labels[a]} has {percent(answer.probabilities[a])} and {labels[b]} "
        f"{percent(answer.probabilities[b])}; the map below asks about these two alone.",
        f"Ink on orange speaks for {labels[a]} and against {labels[b]}, most at the marked pixel; "
        f"on blue for {labels[b]}, most in row {row}, column {column}.",
    )


def _training_sentences(image: Float32Array, view: State) -> tuple[str, str]:
    from jacviz.explain.sensitivity import sensitivity
    from jacviz.training.comparison.metrics import near_ink

    (near,) = near_ink(image[None])
    share = {}
    for network in (STANDARD, view.network):
        maps = np.abs(sensitivity(_compiled(network), image).jacobian("probability")).sum(axis=0)
        share[network] = maps[near].sum() / maps.sum()
    return (
        "During training, each digit was first changed to make it harder for this network; "
        f"{100 * share[view.network]:.0f}% of its maps lie within 3 pixels of this drawing's ink.",
        f"Of the standard network's maps {100 * share[STANDARD]:.0f}% do, and of maps that are "
        f"the same everywhere {100 * near.mean():.0f}%: key N changes the network.",
    )


SMALL_INK_CHANGE = 0.05
MINUS_SIGN = "\u2212"

STOPS = (
    Stop("What a map is", 31, State(pixel=(15, 5)), _map_sentences),
    Stop("Sure, and saturated", 16, State(), _saturation_sentences),
    Stop(
        "The straight line, and where it ends",
        30,
        State(tool="what-if", pixel=(10, 7)),
        _linearity_sentences,
    ),
    Stop(
        "Why 4, and not 9", 38, State(tool="versus", pixel=(18, 21), a=4, b=9), _contrast_sentences
    ),
    Stop("What training does to maps", 46, State(network="readable"), _training_sentences),
)


@cache
def state(number: int) -> State:
    """Get the state of a stop, 1 to 5: its drawing and view.

    Raises AssetError where the sample digits cannot be read.
    """
    stop = STOPS[number - 1]
    return replace(stop.view, drawing=link_codec.encode(_drawing(stop.digit)), tour=number)


@cache
def sentences(number: int) -> tuple[str, str]:
    """Compute a stop's two sentences; raises AssetError where their network cannot be read."""
    stop = STOPS[number - 1]
    image = get_model(stop.view.network).frame(_drawing(stop.digit)).image
    return stop.sentences(image, stop.view)


def contents(number: int) -> dict[str, Any]:
    """Assemble the data of frontend/components/tour.js: a stop's number, sentences and links."""
    links = {
        **({"Back": f"tour={number - 1}"} if number > 1 else {}),
        **({"Next": f"tour={number + 1}"} if number < len(STOPS) else {}),
        "Leave": format_query(replace(state(number), tour=None)),
    }
    return {
        "title": STOPS[number - 1].title,
        "number": number,
        "count": len(STOPS),
        "sentences": list(sentences(number)),
        "links": links,
        "here": f"tour={number}",
    }


def _drawing(digit: int) -> UInt8Array:
    """Get a sample digit as the page sends it once it is on the canvas."""
    return fit_image(digits()[digit] / np.float32(255))[::REDUCTION, ::REDUCTION]


def _compiled(network: str) -> "CompiledJacobian":
    return get_engine(network).compiled
