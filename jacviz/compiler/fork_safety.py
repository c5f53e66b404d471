"""Keep compiled graphs usable in forked processes."""

import os
from functools import cache

import torch


@cache
def limit_threads_after_fork() -> None:
    """Limit PyTorch to one thread in processes forked from now on, as its DataLoader does.

    A forked process has only the thread that forked; PyTorch would wait forever for its other
    threads.
    """
    if hasattr(os, "register_at_fork"):
        os.register_at_fork(after_in_child=lambda: torch.set_num_threads(1))
