"""The three output spaces: what of a network's answer is differentiated."""

from typing import Literal, TypeAlias, get_args

Space: TypeAlias = Literal["probability", "log-probability", "logit"]
SPACES: tuple[Space, ...] = get_args(Space)
