"""What a query asks of a drawing: its `ask` says which question, the maps where it is left out.

ask=maps: space, exact, network, method. ask=what-if: network; row, column and radius of a brush
on the frame. ask=versus: network; two classes, a and b, each of which may be left out.
ask=toward: as for the maps; target, a class. ask=check: network, space; pixels, how many at
random, all where it is left out. For the answers see answers.py.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Literal, TypeAlias

from jacviz.models.registry import get_model
from jacviz.server import handlers
from jacviz.server.validation import network, one_of, space, whole, wishes

Pace: TypeAlias = Literal["quick", "patient", "rare"]

WIDEST = 3
"""The largest radius of a brush, in pixels of the frame."""


@dataclass(frozen=True)
class Question:
    """What is to be answered, by which network, and how soon."""

    network: str
    answer: Callable[[handlers.Ink], bytes]
    pace: Pace = "quick"
    """quick: one gradient; patient: many, for each move of the pen; rare: many, now and then."""


def question(query: Mapping[str, str]) -> Question:
    """What is asked; RefusalError where that is no question."""
    return _ASKED[one_of(_ASKED, "ask", query.get("ask", "maps"))](query)


def _maps(query: Mapping[str, str]) -> Question:
    wanted = wishes(query)
    patient = wanted.method in {"smoothgrad", "integrated-gradients"}
    asked = partial(handlers.maps, wishes=wanted)
    return Question(wanted.network, asked, "patient" if patient else "quick")


def _what_if(query: Mapping[str, str]) -> Question:
    by = network(query)
    model = get_model(by)
    pixel = whole(query, "row", model.height - 1), whole(query, "column", model.width - 1)
    radius = whole(query, "radius", WIDEST)
    return Question(by, partial(handlers.what_if, network=by, pixel=pixel, radius=radius))


def _versus(query: Mapping[str, str]) -> Question:
    by = network(query)
    a, b = (_class(query, name, by) if name in query else None for name in ("a", "b"))
    return Question(by, partial(handlers.versus, network=by, a=a, b=b))


def _toward(query: Mapping[str, str]) -> Question:
    wanted = wishes(query)
    target = _class(query, "target", wanted.network)
    return Question(
        wanted.network, partial(handlers.toward, wishes=wanted, target=target), pace="rare"
    )


def _check(query: Mapping[str, str]) -> Question:
    by, outputs = network(query), space(query)
    model = get_model(by)
    most = model.height * model.width
    pixels = whole(query, "pixels", most, least=1) if "pixels" in query else None
    asked = partial(handlers.check, network=by, space=outputs, pixels=pixels)
    return Question(by, asked, pace="rare")


def _class(query: Mapping[str, str], name: str, network: str) -> int:
    return whole(query, name, len(get_model(network).labels) - 1)


_ASKED: dict[str, Callable[[Mapping[str, str]], Question]] = {
    "maps": _maps,
    "what-if": _what_if,
    "versus": _versus,
    "toward": _toward,
    "check": _check,
}
