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
    functions: Mapping[str, Callable[[], object]], rounds: int, *, warm_up: int = 10
) -> dict[str, NDArray[np.float64]]:
    """Seconds that each function took, `rounds` times each, taking turns.

    Taking turns spreads whatever else the machine does over all of them.
    """
    seconds = {name: np.empty(rounds) for name in functions}
    for function in functions.values():
        for _ in range(warm_up):
            function()
    for turn in track(range(rounds), description="Timing", transient=True):
        for name, function in functions.items():
            # Once more unmeasured: the one before has filled the caches with its own data.
            function()
            start = time.perf_counter()
            function()
            seconds[name][turn] = time.perf_counter() - start
    return seconds
