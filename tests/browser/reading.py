"""Numbers as the page writes them."""

from decimal import Decimal


def agrees(text: str, value: float, rounding: float = 1e-7) -> bool:
    """Whether a number on the page is this value to the digits it shows.

    float32 on one side and float64 on the other may round a tie differently: `rounding` is how
    far apart they may be, absolute for values up to 1 and relative for larger ones.
    """
    shown = Decimal(text.strip().replace("\u2212", "-"))
    exponent = shown.as_tuple().exponent
    assert isinstance(exponent, int)
    exactly_zero = shown == 0 and exponent == 0  # "0", but not "0.000"
    half_a_digit = 0.0 if exactly_zero else 0.5 * 10.0**exponent
    return abs(float(shown) - value) <= half_a_digit + rounding * max(1.0, abs(value))
