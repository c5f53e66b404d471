"""`jacviz bench jacobian` for one visitor: in a process of its own, and only while they look."""

import threading
import time
from collections.abc import Sequence
from typing import Any

from jacviz.app.benchmark_results import Findings
from jacviz.benchmarks import subprocess_runner
from jacviz.errors import JacvizError

TURNS = 20
PATIENCE = 20.0  # seconds without a look until the visitor counts as gone
LIMIT = 300.0  # seconds

# Two that measure at the same time would measure each other.
_TURN = threading.Lock()


class _EndedError(JacvizError):
    pass


class Measuring:
    """The named methods on one network; ends early where nobody calls `look` any more.

    Once `done`, there are `findings`, or `error` says why not. Raises JacvizError where another
    measurement is under way on this server.
    """

    def __init__(self, network: str, names: Sequence[str]) -> None:
        if not _TURN.acquire(blocking=False):
            raise JacvizError("Somebody measures on this machine just now; try again in a minute.")
        self.network, self._names = network, list(names)
        self.findings: Findings | None = None
        self.error = ""
        self.done = False
        self._stopped = False
        self._share = 0.0
        self._started = self._looked = time.monotonic()
        threading.Thread(target=self._run, name="jacviz-measuring", daemon=True).start()

    def look(self) -> float:
        """The share of the work that is done, 0 to 1."""
        self._looked = time.monotonic()
        return self._share

    def stop(self) -> None:
        """End it, within a second or so; what has been measured so far is lost."""
        self._stopped = True

    @property
    def seconds(self) -> float:
        return time.monotonic() - self._started

    def _run(self) -> None:
        request: dict[str, Any] = {
            "network": self.network,
            "methods": self._names,
            "turns": TURNS,
        }
        try:
            found = subprocess_runner.run(
                "jacviz.benchmarks.speed:measure", request, self._progress
            )
            today = time.strftime("%Y-%m-%d, %H:%M")
            self.findings = Findings.read(found, f"one core of this server's machine, {today}")
        except (JacvizError, OSError) as error:
            self.error = str(error)
        finally:
            self.done = True
            _TURN.release()

    def _progress(self, share: float) -> None:
        """What is raised here ends the process that measures."""
        self._share = share
        now = time.monotonic()
        if self._stopped:
            raise _EndedError("Stopped. Nothing of this measurement was kept.")
        if now - self._looked > PATIENCE:
            raise _EndedError("The measurement ended, because nobody looked at it.")
        if now - self._started > LIMIT:
            raise _EndedError(
                f"The measurement ended, because it took more than {LIMIT:.0f} s. In a terminal, "
                "`jacviz bench jacobian` takes its time, and `--methods` leaves the slow ones out."
            )
