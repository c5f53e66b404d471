"""The three output spaces: what of a network's answer is differentiated."""

from typing import Literal, TypeAlias, get_args

from jacviz.errors import InputError

Space: TypeAlias = Literal["probability", "log-probability", "logit"]
SPACES: tuple[Space, ...] = get_args(Space)


def check_space(space: str) -> None:
    """Raise InputError unless this is the name of an output space."""
    if space not in SPACES:
        names = ", ".join(map(repr, SPACES))
        raise InputError(f"expected an output space, one of {names}, got {space!r}")
