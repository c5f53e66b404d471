"""A map over the drawing: in its place, in its colours, in nobody's way."""

from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest
from numpy.typing import NDArray
from playwright.sync_api import Locator, expect

import jacviz
from jacviz.app.canvas import SIDE_PX
from jacviz.export import drawing_codec
from jacviz.export.colormap import apply_colormap
from jacviz.export.number_format import percent
from jacviz.models.lenet5 import LeNet5

from browser.visitor import FOUR, ONE, Shown, Visit, Visitor

pytestmark = pytest.mark.browser


def _overlay(visitor: Visitor) -> Locator:
    return visitor.page.get_by_test_id("jacviz-overlay")


def _choose(visitor: Visitor, which: str) -> None:
    visitor.page.get_by_label("Map over the drawing").select_option(label=which)


def _on_paper(visitor: Visitor) -> NDArray[np.float64]:
    """The colours of the overlay, (28, 28, 3), as they are on white paper."""
    rgba = visitor.page.evaluate(
        """() => {
          const canvas = document.querySelector("[data-testid=jacviz-overlay] canvas");
          const { width, height } = canvas;
          return Array.from(canvas.getContext("2d").getImageData(0, 0, width, height).data);
        }"""
    )
    colours = np.array(rgba, dtype=np.float64).reshape(28, 28, 4)
    alpha = colours[..., 3:] / 255
    return alpha * colours[..., :3] + (1 - alpha) * 255


def test_any_map_lies_over_the_drawing_where_its_frame_does(
    visitor: Visitor, lenet5: LeNet5
) -> None:
    visitor.draw(FOUR)
    expect(_overlay(visitor)).to_be_hidden()
    ink = drawing_codec.decode(visitor.asked[-1])
    framed = jacviz.frame(ink)
    jacobian = jacviz.sensitivity(lenet5, framed.image).jacobian("probability")
    for which, k in (("most likely", 4), ("7", 7)):
        _choose(visitor, which)
        expect(_overlay(visitor)).to_be_visible()
        colours = apply_colormap(jacobian[k], float(np.abs(jacobian).max()))
        # One step of the scale where float32 falls on its edge, and the rounding of transparency.
        assert np.abs(_on_paper(visitor) - colours).max() < 6
    picture = _overlay(visitor).locator("canvas").bounding_box()
    canvas = visitor.canvas.bounding_box()
    assert picture is not None
    assert canvas is not None
    factor = round(SIDE_PX / len(ink))  # by which the page reduced the canvas
    top, left, bottom, right = (factor * edge for edge in framed.rectangle)
    assert picture["x"] - canvas["x"] == pytest.approx(left, abs=0.6)
    assert picture["y"] - canvas["y"] == pytest.approx(top, abs=0.6)
    assert picture["width"] == pytest.approx(right - left, abs=0.6)
    assert picture["height"] == pytest.approx(bottom - top, abs=0.6)
    _choose(visitor, "none")
    expect(_overlay(visitor)).to_be_hidden()


@pytest.mark.slow
def test_the_pen_draws_and_the_network_reads_as_if_no_map_lay_there(visitor: Visitor) -> None:
    bare = visitor.draw(FOUR)
    asked = visitor.asked[-1]
    visitor.press("Reset canvas & history")
    _choose(visitor, "most likely")
    veiled = visitor.draw(FOUR)
    assert visitor.asked[-1] == asked
    assert (veiled.top, veiled.probability, veiled.ink) == (bare.top, bare.probability, bare.ink)
    _is_of(visitor, "4", bare)
    visitor.press("Reset canvas & history")
    expect(_overlay(visitor)).to_be_hidden()
    _is_of(visitor, "1", visitor.draw(ONE))
    assert visitor.errors == []


def _is_of(visitor: Visitor, digit: str, shown: Shown) -> None:
    """Assert that the most likely digit's map is shown, and says so."""
    words = f"The map of {digit}, {percent(float(shown.probability))}, over the drawing"
    expect(_overlay(visitor).get_by_role("img", name=words, exact=True)).to_be_visible()


@pytest.mark.slow
def test_keys_choose_map_and_opacity_and_a_link_tells_of_both(
    visitor: Visitor, elsewhere: Visit
) -> None:
    visitor.draw(ONE)
    visitor.page.get_by_label("Map over the drawing").focus()
    visitor.page.keyboard.type("m")
    visitor.page.keyboard.press("Tab")
    for _ in range(4):
        visitor.page.keyboard.press("ArrowLeft")
    picture = _overlay(visitor).locator("canvas")
    expect(picture).to_have_css("opacity", "0.4")
    visitor.page.get_by_role("button", name="Copy link").click()
    visitor.page.wait_for_url("**overlay**")
    link = visitor.page.url
    assert parse_qs(urlsplit(link).query).keys() == {"drawing", "overlay", "opacity"}
    other = elsewhere(link)
    expect(_overlay(other).locator("canvas")).to_have_css("opacity", "0.4")
    expect(other.page.get_by_label("Map over the drawing")).to_have_value("top")
