"""Why a, and not b: the log-odds map of two classes on the page."""

import re

import numpy as np
import pytest
from playwright.sync_api import expect

import jacviz
from jacviz import colours
from jacviz.lenet import LeNet5
from jacviz.live import drawing
from jacviz.questions import Versus, versus
from jacviz.sensitivities import Sensitivity

from browser.reading import agrees
from browser.studio import FOUR, Studio

pytestmark = pytest.mark.browser

NUMBER = r"[+\u2212]?\d[\d.]*(?:e\u2212?\d+)?"


def _sensed(studio: Studio, lenet5: LeNet5) -> Sensitivity:
    return jacviz.sensitivity(lenet5, jacviz.frame(drawing.decode(studio.asked[-1])).image)


def _open(studio: Studio, row: int, column: int) -> None:
    box = studio.maps.locator(".jv-edge").nth(5).bounding_box()
    assert box is not None
    x, y = box["width"] * (column + 0.5) / 28, box["height"] * (row + 0.5) / 28
    studio.page.mouse.click(box["x"] + x, box["y"] + y)
    studio.page.get_by_role("button", name="Why a, not b").click()


def _shows(studio: Studio, expected: Versus, row: int, column: int) -> None:
    """Assert that numbers and colours are the library's."""
    panel = studio.page.get_by_test_id("jacviz-versus")
    expect(panel).to_have_attribute("data-classes", f"{expected.a},{expected.b}")
    facts = {
        name: panel.locator(f"[data-fact={name}]").inner_text()
        for name in ("odds", "here", "largest")
    }
    found = re.search(rf"= ({NUMBER})", facts["odds"])
    here = re.search(rf": ({NUMBER})", facts["here"])
    largest = re.search(rf"±({NUMBER})", facts["largest"])
    assert found is not None
    assert here is not None
    assert largest is not None
    limit = float(np.abs(expected.map).max())
    assert agrees(found[1], expected.log_odds, rounding=1e-5)
    assert agrees(here[1], expected.map[row, column], rounding=1e-5)
    assert agrees(largest[1], limit, rounding=1e-5)
    painted = panel.locator("canvas").evaluate(
        "c => Array.from(c.getContext('2d').getImageData(0, 0, c.width, c.height).data)"
    )
    picture = np.array(painted).reshape(28, 28, 4)[..., :3]
    # A share may fall to the other side between two of the 255 colours.
    wrong = (picture != colours.paint(expected.map, limit)).any(axis=-1)
    assert wrong.sum() < 8


def test_it_compares_the_two_most_likely_classes_and_then_the_chosen(
    studio: Studio, lenet5: LeNet5
) -> None:
    studio.draw(FOUR)
    _open(studio, 15, 12)
    sensed = _sensed(studio, lenet5)
    _shows(studio, versus(sensed), 15, 12)
    studio.page.get_by_label("the class to explain").select_option("9")
    studio.page.get_by_label("the class to compare it with").select_option("3")
    _shows(studio, versus(sensed, 9, 3), 15, 12)
    # The class on the other side: they change places.
    studio.page.get_by_label("the class to explain").select_option("3")
    _shows(studio, versus(sensed, 3, 9), 15, 12)
    studio.page.get_by_role("button", name="one pixel down").click()
    _shows(studio, versus(sensed, 3, 9), 16, 12)
    assert studio.complaints == []


def test_it_follows_random_drawings_in_every_output(studio: Studio, lenet5: LeNet5) -> None:
    random = np.random.default_rng(8)
    studio.draw(FOUR)
    _open(studio, 10, 14)
    for name in ("Logit", "Log-probability", "Probability"):
        before = studio.shown()
        studio.page.get_by_role("radio", name=name, exact=True).click()
        studio.after(before)
        studio.draw([[(float(x), float(y)) for x, y in 0.2 + 0.6 * random.random((3, 2))]])
        _shows(studio, versus(_sensed(studio, lenet5)), 10, 14)
