"""A guided tour: five digits, each with a way to look at it and two sentences that are true of it.

The figures in the sentences are computed when somebody reads them.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from jacviz.app.canvas_image import GRID, placed
from jacviz.app.samples import digits
from jacviz.app.state import State, write
from jacviz.export import link_codec
from jacviz.export.number_format import percent, significant
from jacviz.models.registry import get_model
from jacviz.models.shipped import STANDARD
from jacviz.server.model_store import engine
from jacviz.typing import Float32Array, UInt8Array

if TYPE_CHECKING:
    from jacviz.compiler import CompiledJacobian

Words = Callable[[Float32Array, State], tuple[str, str]]


@dataclass(frozen=True)
class Stop:
    """A stop of the tour: one of the digits in assets/digits.npz, looked at in a state."""

    title: str
    digit: int
    view: State
    words: Words
    """Two sentences on a frame, (28, 28), looked at in a state."""


def _a_map(image: Float32Array, view: State) -> tuple[str, str]:
    from jacviz.explain import inspect
    from jacviz.explain.sensitivity import sensitivity

    labels = get_model(STANDARD).labels
    answer = sensitivity(_graph(STANDARD), image)
    first, second = np.argsort(-answer.probabilities)[:2]
    assert view.pixel is not None
    moves = inspect(image, answer, view.pixel).derivatives
    return (
        f"The network hesitates: {labels[first]} has {percent(answer.probabilities[first])}, "
        f"{labels[second]} {percent(answer.probabilities[second])}.",
        f"Each map says what a little more ink at a pixel would do to one digit: the marked one "
        f"speaks most against {labels[int(moves.argmin())]} and most for "
        f"{labels[int(moves.argmax())]}, and the ten changes sum to 0.",
    )


def _saturation(image: Float32Array, _: State) -> tuple[str, str]:
    from jacviz.explain.sensitivity import sensitivity

    labels = get_model(STANDARD).labels
    answer = sensitivity(_graph(STANDARD), image)
    most = {space: np.abs(answer.jacobian(space)).max() for space in ("probability", "logit")}
    return (
        f"Here the network is sure: {labels[answer.top]} has "
        f"{100 * answer.probabilities[answer.top]:.2f}%, and no pixel moves a probability by more "
        f"than {significant(most['probability'])} per unit of ink.",
        f"The colours show so little only because they are stretched to it; what comes before the "
        f"softmax, the logits, moves by up to {significant(most['logit'])}: choose Logit, key 3.",
    )


def _straight_line(image: Float32Array, view: State) -> tuple[str, str]:
    from jacviz.explain import brush, what_if

    labels = get_model(STANDARD).labels
    assert view.pixel is not None
    under = brush(image.shape, view.pixel)
    found = what_if(_graph(STANDARD), image, under, [0, A_LITTLE, 1])
    k = int(found.true[0].argmax())
    now, little, full = (percent(p) for p in found.true[:, k])
    end = f"{100 * found.predicted[2, k]:.0f}%"
    return (
        f"With {A_LITTLE} more ink at the marked pixel, {labels[k]} falls from {now} to {little}, "
        f"and the maps' straight line predicts {percent(found.predicted[1, k])}.",
        f"With full ink the line comes to {end.replace('-', MINUS)}, which no probability can be, "
        f"and the network says {full}: derivatives are true of small changes.",
    )


def _versus(image: Float32Array, view: State) -> tuple[str, str]:
    from jacviz.explain.sensitivity import sensitivity

    labels = get_model(STANDARD).labels
    answer = sensitivity(_graph(STANDARD), image)
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


def _training(image: Float32Array, view: State) -> tuple[str, str]:
    from jacviz.explain.sensitivity import sensitivity
    from jacviz.training.comparison.metrics import near_ink

    (near,) = near_ink(image[None])
    share = {}
    for network in (STANDARD, view.network):
        maps = np.abs(sensitivity(_graph(network), image).jacobian("probability")).sum(axis=0)
        share[network] = maps[near].sum() / maps.sum()
    return (
        "While this network learned, each digit was changed to its disadvantage; "
        f"{100 * share[view.network]:.0f}% of its maps lie within 3 pixels of this drawing's ink.",
        f"Of the standard network's maps {100 * share[STANDARD]:.0f}% do, and of maps that are "
        f"the same everywhere {100 * near.mean():.0f}%: key N changes the network.",
    )


A_LITTLE = 0.05
MINUS = "\u2212"

STOPS = (
    Stop("What a map is", 31, State(pixel=(15, 5)), _a_map),
    Stop("Sure, and saturated", 16, State(), _saturation),
    Stop(
        "The straight line, and where it ends",
        30,
        State(tool="what-if", pixel=(10, 7)),
        _straight_line,
    ),
    Stop("Why 4, and not 9", 38, State(tool="versus", pixel=(18, 21), a=4, b=9), _versus),
    Stop("What training does to maps", 46, State(network="readable"), _training),
)


@cache
def state(number: int) -> State:
    """What a link to a stop, 1 to 5, restores: its drawing and the way to look at it.

    Raises AssetError where the sample digits cannot be read.
    """
    stop = STOPS[number - 1]
    return replace(stop.view, drawing=link_codec.encode(_drawing(stop.digit)), tour=number)


@cache
def words(number: int) -> tuple[str, str]:
    """A stop's two sentences; AssetError where a network they tell of cannot be read."""
    stop = STOPS[number - 1]
    image = get_model(stop.view.network).frame(_drawing(stop.digit)).image
    return stop.words(image, stop.view)


def contents(number: int) -> dict[str, Any]:
    """A stop's place in the tour, its sentences and links, for static/components/tour.js."""
    links = {
        **({"Back": f"tour={number - 1}"} if number > 1 else {}),
        **({"Next": f"tour={number + 1}"} if number < len(STOPS) else {}),
        "Leave": write(replace(state(number), tour=None)),
    }
    return {
        "title": STOPS[number - 1].title,
        "number": number,
        "count": len(STOPS),
        "sentences": list(words(number)),
        "links": links,
        "here": f"tour={number}",
    }


def _drawing(digit: int) -> UInt8Array:
    """A sample digit as the page sends it once it lies on the sheet."""
    return placed(digits()[digit] / np.float32(255))[::GRID, ::GRID]


def _graph(network: str) -> "CompiledJacobian":
    return engine(network).compiled
