"""Time several functions in turns, after warm-up."""

import time
from collections.abc import Callable, Mapping
from math import ceil
from typing import Protocol, runtime_checkable

import numpy as np

from jacviz.typing import Float64Array

MAX_SECONDS_PER_FUNCTION = 12.0
"""Slower functions are called less often."""


@runtime_checkable
class SelfTimed(Protocol):
    """A function that runs in another process, and is timed there."""

    def __call__(self) -> object: ...

    def time(self, calls: int) -> list[float]:
        """Measure the seconds of each of some calls, after one that does not count."""


def interleave(
    functions: Mapping[str, Callable[[], object]],
    turns: int,
    *,
    calls: int = 5,
    progress: Callable[[float], None] = lambda share: None,
) -> dict[str, Float64Array]:
    """Measure the seconds of each call, up to turns x calls for each function, after warm-up.

    Functions take turns, which spreads whatever else the machine does over all of them. A turn is
    one call that does not count, because the function before has filled the caches, and a few
    that do. Slow functions sit some turns out, evenly spread.
    """
    every = {name: _warm_up(function, turns, calls) for name, function in functions.items()}
    seconds: dict[str, list[float]] = {name: [] for name in functions}
    for turn in range(turns):
        for name, function in functions.items():
            if turn % every[name]:
                continue
            counted = calls if every[name] == 1 else 1
            if isinstance(function, SelfTimed):
                seconds[name] += function.time(counted)
                continue
            function()
            for _ in range(counted):
                start = time.perf_counter()
                function()
                seconds[name].append(time.perf_counter() - start)
        progress((turn + 1) / turns)
    return {name: np.array(times) for name, times in seconds.items()}


def _warm_up(function: Callable[[], object], turns: int, calls: int) -> int:
    """Call a function ten times, or for a second; returns n where it joins every n-th turn."""
    start = time.perf_counter()
    done, spent = 0, 0.0
    while done < 10 and spent < 1:
        function()
        done, spent = done + 1, time.perf_counter() - start
    call = spent / done
    if call * turns * (calls + 1) <= MAX_SECONDS_PER_FUNCTION:
        return 1
    return max(2, ceil(2 * call * turns / MAX_SECONDS_PER_FUNCTION))
