"""Numbers as people read them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jacviz.numbers import percent, significant


@pytest.mark.parametrize(
    ("probability", "text"),
    [
        (0, "0.0%"),
        (1e-9, "<0.1%"),
        (0.0123, "1.2%"),
        (0.5, "50.0%"),
        (0.9999, ">99.9%"),
        (1, "100.0%"),
    ],
)
def test_a_probability_is_never_rounded_to_certainty(probability, text):
    assert percent(probability) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (1.7, "1.7"),
        (2, "2.0"),
        (0.1, "0.10"),
        (-0.0312, "-0.031"),
        (9.96, "10"),
        (123.4, "123"),
        (4.12e-5, "4.1e-05"),
    ],
)
def test_two_digits_count(value, text):
    assert significant(value) == text


@given(st.floats(1e-30, 1e30))
def test_what_is_written_is_within_half_a_digit(value):
    assert float(significant(value)) == pytest.approx(value, rel=0.051)
