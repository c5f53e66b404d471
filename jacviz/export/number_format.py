"""How numbers are written, in the terminal and in exports as on the page.

app/frontend/text/numbers.js writes the same texts, but with U+2212 for the minus sign.
"""

import math
from decimal import ROUND_HALF_UP, Decimal


def percent(probability: float) -> str:
    """Write a probability with one decimal, never rounded to certainty.

    "97.2%", "<0.1%", ">99.9%".
    """
    share = 100 * float(probability)
    if 0 < share < 0.1:
        return "<0.1%"
    if 99.9 < share < 100:
        return ">99.9%"
    return f"{_round(Decimal(share), -1):f}%"


def significant(value: float, digits: int = 2) -> str:
    """Write a number with so many significant digits: "0.031", "1.7", "120", "4.1e-5"."""
    value = float(value)
    if value == 0:
        return "0"
    if not math.isfinite(value):
        return str(value)
    return ("-" if value < 0 else "") + _magnitude(Decimal(abs(value)), digits)


def _magnitude(size: Decimal, digits: int) -> str:
    rounded = _round(size, size.adjusted() - digits + 1)
    exponent = rounded.adjusted()
    if not Decimal("0.001") <= size < 100_000:
        mantissa = rounded.scaleb(-exponent)
        return f"{mantissa:.{digits - 1}f}e{exponent:+d}"
    # Rounding may add a digit: 99.6 has two significant ones as "100".
    if exponent >= digits:
        return f"{_round(size, 0):f}"
    return f"{rounded:.{digits - 1 - exponent}f}"


def _round(value: Decimal, exponent: int) -> Decimal:
    """Round to a power of ten, ties away from zero as browsers do, whatever the precision."""
    return value.quantize(Decimal(1).scaleb(exponent), ROUND_HALF_UP)
