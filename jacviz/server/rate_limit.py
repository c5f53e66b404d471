"""How much one browser may ask."""

import time
from collections import OrderedDict
from collections.abc import Callable


class Allowance:
    """A bucket of requests for each name, refilled steadily; the least recent names are forgotten.

    A name may ask `burst` times at once and `rate` times a second in the long run.
    """

    def __init__(
        self,
        rate: float,
        burst: float,
        names: int = 4096,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._rate = rate
        self._burst = burst
        self._names = names
        self._clock = clock
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, name: str) -> bool:
        """Whether this name may ask once more, now."""
        now = self._clock()
        left, since = self._buckets.pop(name, (self._burst, now))
        left = min(self._burst, left + (now - since) * self._rate)
        allowed = left >= 1
        self._buckets[name] = (left - 1 if allowed else left, now)
        if len(self._buckets) > self._names:
            self._buckets.popitem(last=False)
        return allowed
