"""Why a, and not b: the log-odds map of two classes on the page."""

import re

import numpy as np
import pytest
from playwright.sync_api import expect

import jacviz
from jacviz.explain import Versus, versus
from jacviz.explain.sensitivity import Sensitivity
from jacviz.export import colormap, drawing_codec

from browser.asking import moves_nothing, press, tab
from browser.reading import agrees
from browser.visitor import FOUR, SEVEN, Visit, Visitor

pytestmark = pytest.mark.browser

NUMBER = r"[+\u2212]?\d[\d.]*(?:e\u2212?\d+)?"


def _sensed(visitor: Visitor, network: str = "standard") -> Sensitivity:
    model = jacviz.load_lenet5(network)
    return jacviz.sensitivity(model, jacviz.frame(drawing_codec.decode(visitor.asked[-1])).image)


def _says(visitor: Visitor, fact: str, pattern: str) -> str:
    words = visitor.page.get_by_test_id("jacviz-versus").locator(fact).inner_text()
    found = re.search(pattern.format(NUMBER), words)
    assert found is not None
    return found[1]


def _shows(visitor: Visitor, expected: Versus, pixel: tuple[int, int]) -> None:
    """Assert that numbers and colours are the library's."""
    panel = visitor.page.get_by_test_id("jacviz-versus")
    expect(panel).to_have_attribute("data-classes", f"{expected.a},{expected.b}")
    limit = float(np.abs(expected.map).max())
    expect(panel.locator("[data-fact=meaning]")).to_have_text(
        f"More ink on orange speaks for {expected.a} and against {expected.b}, "
        f"on blue for {expected.b} and against {expected.a}."
    )
    assert agrees(_says(visitor, "[data-fact=odds]", "= ({})"), expected.log_odds, rounding=1e-5)
    assert agrees(_says(visitor, "[data-fact=here]", ": ({})"), expected.map[pixel], rounding=1e-5)
    assert agrees(_says(visitor, "figure span", "±({})"), limit, rounding=1e-5)
    painted = panel.locator("canvas").evaluate(
        "c => Array.from(c.getContext('2d').getImageData(0, 0, c.width, c.height).data)"
    )
    picture = np.array(painted).reshape(28, 28, 4)[..., :3]
    # A share may fall to the other side between two of the 255 colours.
    wrong = (picture != colormap.apply_colormap(expected.map, limit)).any(axis=-1)
    assert wrong.sum() < 8


def test_it_compares_the_two_most_likely_classes_and_then_the_chosen(visitor: Visitor) -> None:
    visitor.draw(FOUR)
    press(visitor, 15, 12)
    tab(visitor, "Why a, not b").click()
    sensed = _sensed(visitor)
    _shows(visitor, versus(sensed), (15, 12))
    visitor.page.get_by_label("the class to explain").select_option("9")
    visitor.page.get_by_label("the class to compare it with").select_option("3")
    _shows(visitor, versus(sensed, 9, 3), (15, 12))
    # The class on the other side: they change places.
    visitor.page.get_by_label("the class to explain").select_option("3")
    _shows(visitor, versus(sensed, 3, 9), (15, 12))
    box = visitor.page.get_by_test_id("jacviz-versus").locator("canvas").bounding_box()
    assert box is not None
    x, y = box["width"] * 20.5 / 28, box["height"] * 7.5 / 28
    visitor.page.mouse.click(box["x"] + x, box["y"] + y)
    _shows(visitor, versus(sensed, 3, 9), (7, 20))
    assert visitor.errors == []


def test_it_follows_the_drawing_and_the_network(visitor: Visitor) -> None:
    visitor.draw(FOUR)
    press(visitor, 10, 14)
    tab(visitor, "Why a, not b").click()
    visitor.draw(SEVEN)
    _shows(visitor, versus(_sensed(visitor)), (10, 14))
    before = visitor.shown()
    visitor.page.get_by_role("radio", name="Readable").click()
    visitor.after(before)
    _shows(visitor, versus(_sensed(visitor, "readable")), (10, 14))


@pytest.mark.slow
def test_it_has_room_where_it_is_and_a_link_brings_it_back(
    visitor: Visitor, elsewhere: Visit
) -> None:
    visitor.draw(FOUR)
    moves_nothing(visitor, "Why a, not b")
    press(visitor, 9, 20)
    visitor.page.get_by_label("the class to explain").select_option("8")
    expected = versus(_sensed(visitor), 8, 4)
    visitor.page.get_by_label("the class to compare it with").select_option("4")
    _shows(visitor, expected, (9, 20))
    visitor.page.get_by_role("button", name="Copy link").click()
    visitor.page.wait_for_url("**tool=versus**")
    other = elsewhere(visitor.page.url)
    other.drawn()
    expect(tab(other, "Why a, not b")).to_have_attribute("aria-selected", "true")
    _shows(other, expected, (9, 20))
