"""Timing several functions fairly: in turns, after warm-up."""

import time
from collections.abc import Callable, Mapping
from math import ceil

import numpy as np

from jacviz.typing import Float64Array

# A function that takes long is called less often, so that it adds no more than so many seconds.
BUDGET = 12.0


def interleave(
    functions: Mapping[str, Callable[[], object]],
    turns: int,
    *,
    calls: int = 5,
    progress: Callable[[float], None] = lambda share: None,
) -> dict[str, Float64Array]:
    """Seconds of each call, up to turns x calls for each function, after warm-up.

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
            function()
            for _ in range(calls if every[name] == 1 else 1):
                start = time.perf_counter()
                function()
                seconds[name].append(time.perf_counter() - start)
        progress((turn + 1) / turns)
    return {name: np.array(times) for name, times in seconds.items()}


def _warm_up(function: Callable[[], object], turns: int, calls: int) -> int:
    """Call it ten times, or for a second; gives in which turns it may take part: every n-th."""
    start = time.perf_counter()
    done, spent = 0, 0.0
    while done < 10 and spent < 1:
        function()
        done, spent = done + 1, time.perf_counter() - start
    call = spent / done
    if call * turns * (calls + 1) <= BUDGET:
        return 1
    return max(2, ceil(2 * call * turns / BUDGET))
