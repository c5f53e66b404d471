"""Timing several functions fairly: in turns, on one thread, after warm-up."""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

import numpy as np
import torch
from numpy.typing import NDArray
from rich.progress import track


@contextmanager
def one_thread() -> Iterator[None]:
    """PyTorch computes on one thread inside, and on as many as before afterwards."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def interleave(
    functions: Mapping[str, Callable[[], object]], turns: int, *, calls: int = 5
) -> dict[str, NDArray[np.float64]]:
    """Seconds of each call, turns x calls for each function, after warm-up.

    Functions take turns, which spreads whatever else the machine does over all of them. A turn is
    one call that does not count, because the function before has filled the caches, and a few
    that do.
    """
    seconds = {name: np.empty((turns, calls)) for name in functions}
    for function in functions.values():
        for _ in range(10):
            function()
    for turn in track(range(turns), description="Timing", transient=True):
        for name, function in functions.items():
            function()
            for call in range(calls):
                start = time.perf_counter()
                function()
                seconds[name][turn, call] = time.perf_counter() - start
    return {name: times.ravel() for name, times in seconds.items()}
