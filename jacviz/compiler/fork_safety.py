"""Processes forked after compiled graphs were made or called."""

import os
from functools import cache

import torch


@cache
def limit_threads_after_fork() -> None:
    """From now on let PyTorch work on one thread in forked processes, as its DataLoader does.

    A forked process has only the thread that forked. PyTorch's threads are gone, but it would
    wait for their work for ever.
    """
    if hasattr(os, "register_at_fork"):
        os.register_at_fork(after_in_child=lambda: torch.set_num_threads(1))
