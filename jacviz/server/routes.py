"""Parse queries: `ask` names the handler, `maps` by default.

ask=maps: space, exact, network, method. ask=what-if: network; row, column and radius of a brush
on the frame. ask=versus: network; two classes, a and b, each optional. ask=toward: as for maps;
target, a class. ask=check: network, space; pixels, the number of random ones, all by default.
For the answers see `handlers`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Literal, TypeAlias

from jacviz.models.registry import get_model
from jacviz.server import handlers
from jacviz.server.validation import (
    parse_choice,
    parse_integer,
    parse_map_request,
    parse_network,
    parse_space,
)

Priority: TypeAlias = Literal["high", "medium", "low"]

MAX_BRUSH_RADIUS_PX = 3
"""The largest radius of a brush, in pixels of the frame."""


@dataclass(frozen=True)
class AnswerRequest:
    """A parsed query: the network that answers, the handler with its arguments, the priority."""

    network: str
    answer: Callable[[handlers.Ink], bytes]
    priority: Priority = "high"
    """high: one gradient; medium: many, while somebody draws; low: many, now and then."""


def parse_request(query: Mapping[str, str]) -> AnswerRequest:
    """Parse a query; raises RequestError where a parameter is missing or unknown."""
    return _PARSERS[parse_choice(_PARSERS, "ask", query.get("ask", "maps"))](query)


def _maps(query: Mapping[str, str]) -> AnswerRequest:
    request = parse_map_request(query)
    many_gradients = request.method in {"smoothgrad", "integrated-gradients"}
    answer = partial(handlers.maps, request=request)
    return AnswerRequest(request.network, answer, "medium" if many_gradients else "high")


def _what_if(query: Mapping[str, str]) -> AnswerRequest:
    network = parse_network(query)
    model = get_model(network)
    row = parse_integer(query, "row", model.height - 1)
    column = parse_integer(query, "column", model.width - 1)
    radius = parse_integer(query, "radius", MAX_BRUSH_RADIUS_PX)
    answer = partial(handlers.what_if, network=network, pixel=(row, column), radius=radius)
    return AnswerRequest(network, answer)


def _versus(query: Mapping[str, str]) -> AnswerRequest:
    network = parse_network(query)
    a, b = (_parse_class(query, name, network) if name in query else None for name in ("a", "b"))
    return AnswerRequest(network, partial(handlers.versus, network=network, a=a, b=b))


def _toward(query: Mapping[str, str]) -> AnswerRequest:
    request = parse_map_request(query)
    target = _parse_class(query, "target", request.network)
    answer = partial(handlers.toward, request=request, target=target)
    return AnswerRequest(request.network, answer, priority="low")


def _check(query: Mapping[str, str]) -> AnswerRequest:
    network, space = parse_network(query), parse_space(query)
    model = get_model(network)
    size = model.height * model.width
    pixels = parse_integer(query, "pixels", size, minimum=1) if "pixels" in query else None
    answer = partial(handlers.check, network=network, space=space, pixels=pixels)
    return AnswerRequest(network, answer, priority="low")


def _parse_class(query: Mapping[str, str], name: str, network: str) -> int:
    return parse_integer(query, name, len(get_model(network).labels) - 1)


_PARSERS: dict[str, Callable[[Mapping[str, str]], AnswerRequest]] = {
    "maps": _maps,
    "what-if": _what_if,
    "versus": _versus,
    "toward": _toward,
    "check": _check,
}
