"""Random drawings: every number on the screen is the library's, to the digits shown."""

import re
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from playwright.sync_api import expect

import jacviz
from jacviz.explain import inspect, versus
from jacviz.explain.sensitivity import Sensitivity
from jacviz.export import drawing_codec
from jacviz.export.number_format import percent
from jacviz.models.registry import get_model
from jacviz.models.shipped import WEIGHTS
from jacviz.output_spaces import SPACES, Space

from browser.asking import on_map, tab
from browser.reading import agrees
from browser.visitor import Visitor

pytestmark = pytest.mark.browser

# All numbers that are shown, in one look.
SCREEN = """() => {
  const texts = (what) => [...document.querySelectorAll(what)].map((one) => one.innerText);
  return {
    says: {
      ...document.querySelector("[data-testid=jacviz-versus]").dataset,
      ...document.querySelector("[data-testid=jacviz-maps]").dataset,
    },
    bars: texts("[data-testid=jacviz-reading] li span"),
    probabilities: texts(".jv-p"),
    largest: texts(".jv-max"),
    sentence: texts(".jv-sentence")[0],
    ink: texts("[data-fact=ink]")[0],
    derivatives: texts(".jv-derivatives span"),
    sum: texts("[data-fact=sum]")[0],
    odds: texts("[data-testid=jacviz-versus] [data-fact=odds]")[0],
    slope: texts("[data-testid=jacviz-versus] [data-fact=here]")[0],
    scale: texts("[data-testid=jacviz-versus] figure span")[0],
  };
}"""

NUMBER = r"([+\u2212]?\d[\d.]*(?:e\u2212?\d+)?)"

Pixel = tuple[int, int]


def _screen(
    visitor: Visitor, *, answered: str = "exact", **wanted: str
) -> tuple[dict[str, Any], NDArray[np.float32]]:
    """What is shown once the page says all of this, and the frame of the drawing it belongs to."""
    while True:
        asked = len(visitor.asked)
        image = jacviz.frame(drawing_codec.decode(visitor.asked[-1])).image
        shown = visitor.page.evaluate(SCREEN)
        # The canvas redraws a finished stroke in its own time, a little differently.
        wanted |= {"exact": "true", "ink": f"{image.sum(dtype=np.float64):.2f}"}
        says = shown["says"]
        settled = len(visitor.asked) == asked and answered in says
        if settled and wanted.items() <= says.items():
            return shown, image
        visitor.page.wait_for_timeout(30)


def _stroke(visitor: Visitor, random: np.random.Generator) -> None:
    points = [(float(x), float(y)) for x, y in 0.15 + 0.7 * random.random((3, 2))]
    asked = len(visitor.asked)
    visitor.stroke(points, steps=2)
    while len(visitor.asked) == asked:
        visitor.page.wait_for_timeout(30)


def _hold(visitor: Visitor, random: np.random.Generator) -> Pixel:
    row, column = (int(n) for n in random.integers(28, size=2))
    visitor.page.mouse.click(*on_map(visitor, int(random.integers(10)), row, column))
    words = visitor.maps.locator(".jv-words")
    expect(words).to_contain_text(f"Row {row}, column {column}:")
    return row, column


def _number(pattern: str, words: str) -> str:
    found = re.search(pattern + NUMBER, words)
    assert found is not None
    return found[1]


def _are_the_librarys(
    shown: dict[str, Any],
    image: NDArray[np.float32],
    sensed: Sensitivity,
    space: Space,
    pixel: Pixel,
) -> None:
    maps = sensed.jacobian(space)
    # The page has probabilities in single precision.
    shares = [percent(float(np.float32(p))) for p in sensed.probabilities]
    assert shown["bars"] == shown["probabilities"] == shares
    for text, one in zip(shown["largest"], maps, strict=True):
        assert agrees(text.removeprefix("±"), float(np.abs(one).max()))
    assert f"{sensed.top} {shares[sensed.top]}" in re.sub("[()]", "", shown["sentence"])
    found = inspect(image, sensed, pixel, space)
    assert agrees(shown["ink"].split(",")[0], found.ink)
    for text, derivative in zip(shown["derivatives"], found.derivatives, strict=True):
        assert agrees(text, derivative)
    if space == "probability":
        assert shown["sum"].startswith("0")
        assert abs(found.total) < 1e-6
    else:
        assert agrees(shown["sum"], found.total, rounding=1e-5)


def _is_the_librarys_log_odds(shown: dict[str, Any], sensed: Sensitivity, pixel: Pixel) -> None:
    why = versus(sensed)
    assert agrees(_number("= ", shown["odds"]), why.log_odds, rounding=1e-5)
    assert agrees(_number(": ", shown["slope"]), float(why.map[pixel]), rounding=1e-6)
    assert agrees(_number("±", shown["scale"]), float(np.abs(why.map).max()), rounding=1e-6)


@pytest.mark.parametrize("drawings", [6, pytest.param(50, marks=pytest.mark.slow)])
def test_the_numbers_of_random_drawings_are_the_librarys(visitor: Visitor, drawings: int) -> None:
    random = np.random.default_rng(drawings)
    graphs = {
        name: jacviz.compile_jacobian(jacviz.load_lenet5(name), np.zeros((1, 28, 28), np.float32))
        for name in WEIGHTS
    }
    views = [(space, network) for network in WEIGHTS for space in SPACES]
    for number in range(drawings):
        space, network = views[number * len(views) // drawings]
        if number and number % 4 == 0:
            visitor.page.get_by_role("button", name="Reset canvas & history").click()
            _screen(visitor, top="")
        if number == 0 or views[(number - 1) * len(views) // drawings] != (space, network):
            visitor.page.get_by_role("radio", name=get_model(network).title, exact=True).check()
            visitor.page.get_by_role("radio", name=space.capitalize(), exact=True).check()
        tab(visitor, "Pixel").click()
        _stroke(visitor, random)
        view = {"space": space, "network": network}
        _screen(visitor, **view)
        pixel = _hold(visitor, random)
        shown, image = _screen(visitor, **view)
        _are_the_librarys(shown, image, jacviz.sensitivity(graphs[network], image), space, pixel)
        tab(visitor, "Why a, not b").click()
        shown, image = _screen(visitor, answered="classes", **view)
        _is_the_librarys_log_odds(shown, jacviz.sensitivity(graphs[network], image), pixel)
    assert visitor.errors == []
