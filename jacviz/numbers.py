"""How numbers are written, in the terminal and on the sheet as on the page (static/text/numbers.js)."""


def percent(probability: float) -> str:
    """A probability with one decimal, never rounded to certainty: "97.2%", "<0.1%", ">99.9%"."""
    share = 100 * float(probability)
    if 0 < share < 0.1:
        return "<0.1%"
    if 99.9 < share < 100:
        return ">99.9%"
    return f"{share:.1f}%"


def significant(value: float, digits: int = 2) -> str:
    """A number with so many significant digits: "0.031", "1.7", "120", "4.1e-05"."""
    value = float(value)
    size = abs(value)
    if size == 0:
        return "0"
    if not 0.001 <= size < 100_000:
        return f"{value:.{digits - 1}e}"
    rounded = float(f"{value:.{digits - 1}e}")
    if size >= 10**digits:
        return f"{value:.0f}"
    return f"{rounded:#.{digits}g}".rstrip(".")
