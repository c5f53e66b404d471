"""Fifty random drawings: every number on the screen is the library's, to the digits shown."""

import re
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from playwright.sync_api import expect

import jacviz
from jacviz.live import drawing
from jacviz.networks import NETWORKS
from jacviz.numbers import percent
from jacviz.questions import inspect, versus
from jacviz.sensitivities import Sensitivity
from jacviz.spaces import SPACES, Space

from browser.asking import on_map, tab
from browser.reading import agrees
from browser.studio import Studio

pytestmark = pytest.mark.browser

DRAWINGS = 50

# All numbers that are shown, in one look.
SCREEN = """() => {
  const texts = (what) => [...document.querySelectorAll(what)].map((one) => one.innerText);
  return {
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


def _until(studio: Studio, **wanted: str) -> None:
    """Wait until the maps say all of this of what they show."""
    while not wanted.items() <= studio.maps.evaluate("root => ({...root.dataset})").items():
        studio.page.wait_for_timeout(20)


def _stroke(studio: Studio, random: np.random.Generator) -> NDArray[np.float32]:
    """Another stroke, of which the exact answer is shown; its frame."""
    points = [(float(x), float(y)) for x, y in 0.15 + 0.7 * random.random((3, 2))]
    asked = len(studio.asked)
    studio.stroke(points, steps=2)
    while True:
        # The canvas redraws a finished stroke in its own time, a little differently.
        studio.page.wait_for_timeout(30)
        image = jacviz.frame(drawing.decode(studio.asked[-1])).image
        shown = studio.maps.evaluate("root => ({...root.dataset})")
        ink = f"{image.sum(dtype=np.float64):.2f}"
        if len(studio.asked) > asked and (shown["exact"], shown["ink"]) == ("true", ink):
            return image


def _hold(studio: Studio, random: np.random.Generator) -> Pixel:
    row, column = (int(n) for n in random.integers(28, size=2))
    studio.page.mouse.click(*on_map(studio, int(random.integers(10)), row, column))
    words = studio.maps.locator(".jv-words")
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


def test_the_numbers_of_fifty_random_drawings_are_the_librarys(studio: Studio) -> None:
    random = np.random.default_rng(50)
    graphs = {
        name: jacviz.compile_jacobian(jacviz.load_lenet5(name), np.zeros((1, 28, 28), np.float32))
        for name in NETWORKS
    }
    views = [(space, network) for network in NETWORKS for space in SPACES]
    versus_panel = studio.page.get_by_test_id("jacviz-versus")
    for number in range(DRAWINGS):
        space, network = views[number * len(views) // DRAWINGS]
        if number and number % 4 == 0:
            studio.page.get_by_role("button", name="Reset canvas & history").click()
            _until(studio, top="")
        studio.page.get_by_role("radio", name=NETWORKS[network].label, exact=True).check()
        studio.page.get_by_role("radio", name=space.capitalize(), exact=True).check()
        tab(studio, "Pixel").click()
        image = _stroke(studio, random)
        _until(studio, space=space, network=network)
        pixel = _hold(studio, random)
        sensed = jacviz.sensitivity(graphs[network], image)
        _are_the_librarys(studio.page.evaluate(SCREEN), image, sensed, space, pixel)

        tab(studio, "Why a, not b").click()
        expect(versus_panel).to_have_attribute("data-classes", re.compile(r"\d,\d"))
        _is_the_librarys_log_odds(studio.page.evaluate(SCREEN), sensed, pixel)
    assert studio.complaints == []
