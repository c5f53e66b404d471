"""Numbers as people read them; frontend/numbers.test.js holds the page to the same table."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jacviz.export.number_format import percent, significant

CASES = json.loads(
    (Path(__file__).parents[1] / "frontend" / "text" / "number_cases.json").read_text()
)


@pytest.mark.parametrize(("probability", "text"), CASES["percent"])
def test_a_probability_is_never_rounded_to_certainty(probability: float, text: str) -> None:
    assert percent(probability) == text


@pytest.mark.parametrize(("value", "digits", "text"), CASES["significant"])
def test_significant_digits_count(value: float, digits: int, text: str) -> None:
    assert significant(value, digits) == text


@given(st.floats(1e-300, 1e300))
def test_what_is_written_is_within_half_a_digit(value: float) -> None:
    assert float(significant(value)) == pytest.approx(value, rel=0.051)


@given(st.floats(0, 1))
def test_a_probability_is_written_as_near_as_its_digits_allow(probability: float) -> None:
    text = percent(probability)
    share = 100 * probability
    if text.startswith(("<", ">")):
        assert 0 < share < 100
    else:
        assert float(text.removesuffix("%")) == pytest.approx(share, abs=0.05 + 1e-9)
