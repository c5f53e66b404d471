"""Check and parse requests; every error has an HTTP status and a reason."""

from collections.abc import Collection, Mapping
from typing import TypeVar

from starlette.requests import Request

from jacviz.explain.attribution_specs import ATTRIBUTION_NAMES
from jacviz.export.drawing_codec import MAX_BYTES
from jacviz.models.registry import model_names
from jacviz.models.shipped import STANDARD
from jacviz.output_spaces import SPACES, Space
from jacviz.server.map_request import MapRequest
from jacviz.server.middleware import origin_netloc
from jacviz.server.rate_limit import TokenBucket

# A page sends at most 60 requests a second; a whole class may share one address behind its router.
_PAGE_LIMIT = TokenBucket(rate=120, burst=240)
_ADDRESS_LIMIT = TokenBucket(rate=3000, burst=6000)

# One low-priority request takes as long as thousands of the others.
_PAGE_LOW_PRIORITY_LIMIT = TokenBucket(rate=2, burst=10)
_ADDRESS_LOW_PRIORITY_LIMIT = TokenBucket(rate=10, burst=60)

# Python refuses to convert very long digit strings, by ValueError.
_MAX_DIGITS = 9

Name = TypeVar("Name", bound=str)


class RequestError(Exception):
    """A request that gets a 4xx or 503: status, reason, further response headers.

    Not Starlette's HTTPException, whose reason is no part of `str(error)`, and which Starlette's
    own handlers never see in front of the application.
    """

    def __init__(self, status: int, reason: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(reason)
        self.status = status
        self.headers = headers or {}


def drawing_too_large() -> RequestError:
    """The error for a drawing of too many bytes."""
    return RequestError(413, f"expected a drawing of at most {MAX_BYTES} bytes, got more")


def check_rate_limit(request: Request) -> None:
    """Count one request of the page that the query names; raises RequestError beyond the limit."""
    address, page = _client_keys(request)
    if not (_ADDRESS_LIMIT.take(address) and _PAGE_LIMIT.take(page)):
        raise RequestError(429, "expected at most 120 requests a second, got more; try again later")


def check_low_priority_rate_limit(request: Request) -> None:
    """Count one low-priority request; raises RequestError beyond the limit."""
    address, page = _client_keys(request)
    if not (_ADDRESS_LOW_PRIORITY_LIMIT.take(address) and _PAGE_LOW_PRIORITY_LIMIT.take(page)):
        reason = "expected at most 2 such requests a second, got more; try again in a second"
        raise RequestError(429, reason)


def _client_keys(request: Request) -> tuple[str, str]:
    """The keys by which an address and one of its pages are counted."""
    address = request.client.host if request.client else ""
    return address, f"{address} {request.query_params.get('page', '')[:64]}"


def check_origin(request: Request) -> None:
    """Raise RequestError where a browser sends the request for a page of another origin."""
    origin = request.headers.get("origin")
    if origin is not None and origin_netloc(origin) != request.headers.get("host"):
        raise RequestError(403, f"expected jacviz's own origin, got {origin[:200]}")


def parse_map_request(query: Mapping[str, str]) -> MapRequest:
    """Parse the parameters of maps: space and exact are required, network and method optional."""
    exact = query.get("exact", "")
    if exact not in {"0", "1"}:
        raise RequestError(400, f"exact: expected 0 or 1, got {exact[:40]!r}")
    return MapRequest(
        space=parse_space(query),
        exact=exact == "1",
        network=parse_network(query),
        method=parse_choice(ATTRIBUTION_NAMES, "method", query.get("method", "gradient")),
    )


def parse_space(query: Mapping[str, str]) -> Space:
    """Parse the output space, which is required."""
    return parse_choice(SPACES, "space", query.get("space", ""))


def parse_network(query: Mapping[str, str]) -> str:
    """Parse the network's name, by default the standard one."""
    return parse_choice(model_names(), "network", query.get("network", STANDARD))


def parse_integer(query: Mapping[str, str], name: str, maximum: int, *, minimum: int = 0) -> int:
    """Parse an integer from `minimum` to `maximum`; raises RequestError for anything else."""
    text = query.get(name, "")
    is_integer = text.isascii() and text.isdecimal() and len(text) <= _MAX_DIGITS
    if not (is_integer and minimum <= int(text) <= maximum):
        reason = f"{name}: expected an integer from {minimum} to {maximum}, got {text[:40]!r}"
        raise RequestError(400, reason)
    return int(text)


def parse_choice(choices: Collection[Name], parameter: str, text: str) -> Name:
    """Find the text among some names; raises RequestError where it is none of them."""
    for name in choices:
        if text == name:
            return name
    raise RequestError(400, f"{parameter}: expected one of {', '.join(choices)}, got {text[:40]!r}")
