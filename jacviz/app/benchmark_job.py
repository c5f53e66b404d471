"""Run `jacviz bench jacobian` for one visitor, in a subprocess, while the page polls it."""

import threading
import time
from collections.abc import Sequence
from typing import Any

from jacviz.app.benchmark_results import MethodTimings
from jacviz.benchmarks import subprocess_runner
from jacviz.errors import JacvizError

TURNS = 20
IDLE_TIMEOUT_S = 20.0
"""Without a poll for so long, the visitor counts as gone."""
TIME_LIMIT_S = 300.0

# Two benchmarks at a time would slow each other down.
_LOCK = threading.Lock()


class _CancelledError(JacvizError):
    pass


class BenchmarkJob:
    """Time the named methods on one network; ends early where nobody calls `poll` any more.

    Once `done`, there are `timings`, or else a reason in `error`. Raises JacvizError where another
    benchmark is running on this server.
    """

    def __init__(self, network: str, names: Sequence[str]) -> None:
        if not _LOCK.acquire(blocking=False):
            raise JacvizError(
                "Another benchmark is running on this machine; try again in a minute."
            )
        self.network, self._names = network, list(names)
        self.timings: MethodTimings | None = None
        self.error = ""
        self.done = False
        self._cancelled = False
        self._share = 0.0
        self._started = self._last_poll = time.monotonic()
        threading.Thread(target=self._run, name="jacviz-benchmark", daemon=True).start()

    def poll(self) -> float:
        """Get the share of the work that is done, 0 to 1, and keep the job alive."""
        self._last_poll = time.monotonic()
        return self._share

    def cancel(self) -> None:
        """End the job within a second or so, without timings."""
        self._cancelled = True

    @property
    def elapsed_s(self) -> float:
        """Seconds since the start."""
        return time.monotonic() - self._started

    def _run(self) -> None:
        request: dict[str, Any] = {
            "network": self.network,
            "methods": self._names,
            "turns": TURNS,
        }
        try:
            report = subprocess_runner.run(
                "jacviz.benchmarks.speed:measure", request, self._progress
            )
            today = time.strftime("%Y-%m-%d, %H:%M")
            self.timings = MethodTimings.from_report(
                report, f"one core of this server's machine, {today}"
            )
        except (JacvizError, OSError) as error:
            self.error = str(error)
        finally:
            self.done = True
            _LOCK.release()

    def _progress(self, share: float) -> None:
        """Note the progress; an exception here ends the subprocess."""
        self._share = share
        now = time.monotonic()
        if self._cancelled:
            raise _CancelledError("Stopped. The benchmark has no results.")
        if now - self._last_poll > IDLE_TIMEOUT_S:
            raise _CancelledError("The benchmark was stopped, because its page was closed.")
        if now - self._started > TIME_LIMIT_S:
            raise _CancelledError(
                f"The benchmark was stopped, because it took more than {TIME_LIMIT_S:.0f} s. In a "
                "terminal, `jacviz bench jacobian` has no limit; --methods leaves out slow ones."
            )
