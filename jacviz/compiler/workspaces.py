"""Decide how many idle workspaces to keep between calls."""

import os

# Idle workspaces of one compiled graph; one of any size is always kept.
_MAX_IDLE_BYTES = 1 << 28


def cores() -> int:
    """Return the number of cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def idle_workspaces(size: int) -> int:
    """Return how many idle workspaces of `size` bytes to keep: one per concurrent call.

    Beyond one call per core, new workspaces are allocated and freed on return.
    """
    return max(1, min(cores(), _MAX_IDLE_BYTES // max(size, 1)))
