"""How much one browser may ask."""

from hypothesis import given
from hypothesis import strategies as st

from jacviz.server.rate_limit import Allowance


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@given(st.lists(st.floats(0, 3), max_size=200))
def test_no_name_gets_more_than_its_burst_and_its_rate(pauses: list[float]) -> None:
    clock = Clock()
    allowance = Allowance(rate=2, burst=5, clock=clock)
    granted = 0
    for pause in pauses:
        clock.now += pause
        granted += allowance.take("somebody")
    assert granted <= 5 + 2 * clock.now + 1e-6


@given(st.integers(0, 50))
def test_a_greedy_name_takes_nothing_from_another(requests: int) -> None:
    allowance = Allowance(rate=1, burst=3, clock=Clock())
    for _ in range(requests):
        allowance.take("greedy")
    assert allowance.take("modest")


def test_a_name_that_waits_is_served_again() -> None:
    clock = Clock()
    allowance = Allowance(rate=1, burst=1, clock=clock)
    assert allowance.take("a")
    assert not allowance.take("a")
    clock.now += 1
    assert allowance.take("a")


def test_only_so_many_names_are_remembered() -> None:
    allowance = Allowance(rate=1, burst=1, names=10, clock=Clock())
    for number in range(1000):
        allowance.take(str(number))
    assert len(allowance._buckets) == 10
