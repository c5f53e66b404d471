"""The result of a check."""

from dataclasses import dataclass
from typing import TypeAlias

Index: TypeAlias = tuple[int, ...]


@dataclass(frozen=True)
class Pixels:
    """Differences pixel by pixel. Errors are shares of the largest derivative.

    `where` is (output, *pixel) of the worst error that is not on a kink; `kinks` are the pixels
    where the derivatives to the left and to the right differ; `failures` those where the Jacobian
    is wrong.
    """

    total: int
    checked: int
    kinks: tuple[Index, ...]
    failures: tuple[Index, ...]
    worst: float
    where: Index | None


@dataclass(frozen=True)
class Directions:
    """Differences along random directions, each of which moves every pixel."""

    checked: int
    kinks: int
    failures: int
    worst: float


@dataclass(frozen=True)
class NotFinite:
    """Derivatives that are NaN or infinite: how many, and (output, *pixel) of the first ten."""

    count: int
    first: tuple[Index, ...]


@dataclass(frozen=True)
class Report:
    """The result of `jacviz.check`; printing it gives a summary.

    `sums` is how far from zero the sums are that must vanish, as a share of their largest term:
    the derivatives of all probabilities, and of log-probabilities weighted with probabilities.
    `not_finite` looks at the whole Jacobian, however many pixels are checked.
    """

    method: str
    pixels: Pixels
    directions: Directions
    sums: float
    not_finite: NotFinite
    tolerance: float

    @property
    def passed(self) -> bool:
        """No failure at a pixel, along a direction or in the sums, and all derivatives finite.

        Kinks are no failures.
        """
        failures = self.not_finite.count or self.pixels.failures or self.directions.failures
        return not failures and self.sums <= self.tolerance

    @property
    def worst(self) -> float:
        """The worst error at a pixel, as a share of the largest derivative."""
        return self.pixels.worst

    @property
    def where(self) -> Index | None:
        """(output, *pixel) of the worst error; None where every pixel is on a kink."""
        return self.pixels.where

    @property
    def kinks(self) -> tuple[Index, ...]:
        """Pixels where left and right derivatives differ, so that there is no derivative."""
        return self.pixels.kinks

    def __str__(self) -> str:
        pixels, directions = self.pixels, self.directions
        lines = [
            f"Jacobian by {self.method}: {'correct' if self.passed else 'WRONG'}",
            f"  pixels      {pixels.checked:,} of {pixels.total:,} checked: "
            + _summary(len(pixels.failures), len(pixels.kinks)),
        ]
        if self.not_finite.count:
            lines.append(
                f"  not finite  {self.not_finite.count:,} derivatives are NaN or infinite, first "
                + _location(self.not_finite.first[0])
            )
        if pixels.where is not None:
            lines.append(
                f"  worst       {pixels.worst:.1e} of the largest derivative, "
                + _location(pixels.where)
            )
        if directions.checked:
            counts = _summary(directions.failures, directions.kinks)
            lines.append(
                f"  directions  {directions.checked} at random: {counts}, {directions.worst:.1e} "
                "at worst"
            )
        lines.append(f"  sums        {self.sums:.1e} at most where zero must come out")
        lines.append(f"  tolerance   {self.tolerance:.0e}")
        return "\n".join(lines)


def _location(index: Index) -> str:
    output, *pixel = index
    return f"output {output} at pixel ({', '.join(map(str, pixel))})"


def _summary(failures: int, kinks: int) -> str:
    kinked = f", {kinks:,} on a kink (left and right derivatives differ)" if kinks else ""
    return f"{failures or 'none'} wrong{kinked}"
