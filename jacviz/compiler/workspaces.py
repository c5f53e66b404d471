"""How many of the buffers of calls to keep between calls."""

import os

# Idle buffers of one compiled graph may take so many bytes, but one of any size is kept.
_MAX_IDLE_BYTES = 1 << 28


def cores() -> int:
    """Cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def idle_workspaces(size: int) -> int:
    """How many idle workspaces of `size` bytes to keep: one for each call that can run at once.

    More callers than cores at once make new ones, which are freed when they return.
    """
    return max(1, min(cores(), _MAX_IDLE_BYTES // max(size, 1)))
