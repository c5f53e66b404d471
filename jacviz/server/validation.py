"""Who may ask what: every refusal has a status of HTTP's and a reason in words."""

from collections.abc import Collection, Mapping
from typing import TypeVar

from starlette.requests import HTTPConnection

from jacviz.explain.attribution_specs import ATTRIBUTION_NAMES
from jacviz.export.drawing_codec import MAX_BYTES
from jacviz.models.registry import model_names
from jacviz.models.shipped import STANDARD
from jacviz.output_spaces import SPACES, Space
from jacviz.server.map_request import Wishes
from jacviz.server.middleware import origin_netloc
from jacviz.server.rate_limit import Allowance

# A pen makes at most 60 pictures a second. A class may share one address behind its router.
PAGE = Allowance(rate=120, burst=240)
ADDRESS = Allowance(rate=3000, burst=6000)

# Checks and steps, of which one takes as long as thousands of the others.
PAGE_RARELY = Allowance(rate=2, burst=10)
ADDRESS_RARELY = Allowance(rate=10, burst=60)


MOST_DIGITS = 9

Name = TypeVar("Name", bound=str)


class RefusalError(Exception):
    """A request that gets a 4xx or 503: its status, the reason in words, further headers."""

    def __init__(self, status: int, reason: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(reason)
        self.status = status
        self.headers = headers or {}


def too_long() -> RefusalError:
    return RefusalError(413, f"a drawing has at most {MAX_BYTES} bytes")


def require_allowance(connection: HTTPConnection) -> None:
    """Count one question of the page that the query names; RefusalError where it asks too many."""
    address, page = _who(connection)
    if not (ADDRESS.take(address) and PAGE.take(page)):
        raise RefusalError(429, "too many requests: a page may ask 120 times a second")


def require_rare_allowance(connection: HTTPConnection) -> None:
    """The same for a question that takes long."""
    address, page = _who(connection)
    if not (ADDRESS_RARELY.take(address) and PAGE_RARELY.take(page)):
        raise RefusalError(429, "too many requests: this takes long, ask again in a second")


def _who(connection: HTTPConnection) -> tuple[str, str]:
    """The names by which an address and one of its pages are counted."""
    address = connection.client.host if connection.client else ""
    return address, f"{address} {connection.query_params.get('page', '')[:64]}"


def require_own_page(connection: HTTPConnection) -> None:
    """RefusalError where a browser asks in the name of somebody else's page."""
    origin = connection.headers.get("origin")
    if origin is not None and origin_netloc(origin) != connection.headers.get("host"):
        raise RefusalError(403, f"answers are for jacviz's own page, not for {origin[:200]}")


def wishes(query: Mapping[str, str]) -> Wishes:
    """What is asked for: space and exact must be named; network and method have defaults."""
    exact = query.get("exact", "")
    if exact not in {"0", "1"}:
        raise RefusalError(400, f"exact must be 0 or 1, not {exact[:40]!r}")
    return Wishes(
        space=space(query),
        exact=exact == "1",
        network=network(query),
        method=one_of(ATTRIBUTION_NAMES, "method", query.get("method", "gradient")),
    )


def space(query: Mapping[str, str]) -> Space:
    return one_of(SPACES, "space", query.get("space", ""))


def network(query: Mapping[str, str]) -> str:
    return one_of(model_names(), "network", query.get("network", STANDARD))


def whole(query: Mapping[str, str], name: str, most: int, *, least: int = 0) -> int:
    """A whole number from `least` to `most`; RefusalError for anything else."""
    text = query.get(name, "")
    digits = text.isascii() and text.isdecimal() and len(text) <= MOST_DIGITS
    if not (digits and least <= int(text) <= most):
        reason = f"{name} must be a whole number from {least} to {most}, not {text[:40]!r}"
        raise RefusalError(400, reason)
    return int(text)


def one_of(accepted: Collection[Name], what: str, text: str) -> Name:
    """The text, if it is one of these names; RefusalError otherwise."""
    for name in accepted:
        if text == name:
            return name
    raise RefusalError(400, f"{what} must be one of {', '.join(accepted)}, not {text[:40]!r}")
