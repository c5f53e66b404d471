"""How much one browser may ask."""

from hypothesis import given
from hypothesis import strategies as st

from jacviz.server.rate_limit import TokenBucket


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@given(st.lists(st.floats(0, 3), max_size=200))
def test_no_key_gets_more_than_its_burst_and_its_rate(pauses: list[float]) -> None:
    clock = Clock()
    bucket = TokenBucket(rate=2, burst=5, clock=clock)
    granted = 0
    for pause in pauses:
        clock.now += pause
        granted += bucket.take("somebody")
    assert granted <= 5 + 2 * clock.now + 1e-6


@given(st.integers(0, 50))
def test_a_greedy_key_takes_nothing_from_another(requests: int) -> None:
    bucket = TokenBucket(rate=1, burst=3, clock=Clock())
    for _ in range(requests):
        bucket.take("greedy")
    assert bucket.take("modest")


def test_a_key_that_waits_is_served_again() -> None:
    clock = Clock()
    bucket = TokenBucket(rate=1, burst=1, clock=clock)
    assert bucket.take("a")
    assert not bucket.take("a")
    clock.now += 1
    assert bucket.take("a")


def test_only_so_many_keys_are_remembered() -> None:
    bucket = TokenBucket(rate=1, burst=1, max_keys=10, clock=Clock())
    for number in range(1000):
        bucket.take(str(number))
    assert len(bucket._buckets) == 10
