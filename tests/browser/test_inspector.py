"""The pixel inspector: point, press, arrow keys; one pixel lights up wherever it is shown."""

import re

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect

import jacviz
from jacviz.explain import Inspection, inspect
from jacviz.export import drawing_codec
from jacviz.models.lenet5 import LeNet5
from jacviz.output_spaces import SPACES, Space
from jacviz.preprocessing.frame import Frame

from browser.asking import on_map
from browser.reading import agrees
from browser.visitor import FOUR, MAPS, NEWER, SEVEN, SIZES, Point, Visit, Visitor

pytestmark = pytest.mark.browser


def _panel(visitor: Visitor) -> Locator:
    return visitor.page.get_by_test_id("jacviz-inspector")


def _framed(visitor: Visitor) -> Frame:
    """The frame of the drawing that the page asked about last."""
    return jacviz.frame(drawing_codec.decode(visitor.asked[-1]))


def _says(visitor: Visitor, lenet5: LeNet5, pixel: tuple[int, int], space: Space) -> None:
    """Assert that the panel shows the library's own numbers for this pixel."""
    framed = _framed(visitor)
    expected: Inspection = inspect(
        framed.image, jacviz.sensitivity(lenet5, framed.image), pixel, space
    )
    panel = _panel(visitor)
    expect(panel.locator(".jv-words")).to_contain_text(f"Row {pixel[0]}, column {pixel[1]}")
    rows = panel.locator(".jv-derivatives li")
    assert rows.locator("b").all_inner_texts() == list("0123456789")
    for text, derivative in zip(
        rows.locator("span").all_inner_texts(), expected.derivatives, strict=True
    ):
        assert agrees(text, derivative)
    assert agrees(panel.locator("[data-fact=ink]").inner_text().split(",")[0], expected.ink)
    total = panel.locator("[data-fact=sum]").inner_text()
    if space == "probability":
        assert total.startswith("0")
        assert abs(expected.total) < 1e-6
    else:
        assert agrees(total, expected.total, rounding=1e-5)


def test_pointing_at_a_map_shows_the_librarys_numbers_of_that_pixel(
    visitor: Visitor, lenet5: LeNet5
) -> None:
    visitor.draw(FOUR)
    visitor.page.mouse.move(*on_map(visitor, 4, 15, 12))
    _says(visitor, lenet5, (15, 12), "probability")
    longest = (
        _panel(visitor)
        .locator(".jv-derivatives u")
        .evaluate_all(
            "bars => Math.max(...bars.map(bar => bar.offsetWidth / bar.parentElement.offsetWidth))"
        )
    )
    assert longest == pytest.approx(0.5, abs=0.02)
    visitor.page.mouse.move(5, 5)
    expect(_panel(visitor)).to_be_hidden()
    expect(visitor.maps.locator(".jv-help")).to_be_visible()


def test_the_same_pixel_lights_up_in_all_maps_on_the_frame_and_on_the_canvas(
    visitor: Visitor,
) -> None:
    visitor.draw(FOUR)
    framed = _framed(visitor)
    visitor.page.mouse.move(*on_map(visitor, 8, 15, 12))
    squares = visitor.maps.locator(".jv-layer .jv-square")
    expect(squares).to_have_count(10)
    for digit in range(10):
        assert _middle(squares.nth(digit)) == pytest.approx(on_map(visitor, digit, 15, 12), abs=1)
    frame = visitor.page.locator(".jv-view")
    box = frame.bounding_box()
    assert box is not None
    assert _middle(frame.locator(".jv-square")) == pytest.approx(
        (box["x"] + box["width"] * 12.5 / 28, box["y"] + box["height"] * 15.5 / 28), abs=1
    )
    canvas = visitor.canvas.bounding_box()
    assert canvas is not None
    y, x = framed.to_canvas(15.5, 12.5)
    reduced = round(canvas["width"] / drawing_codec.decode(visitor.asked[-1]).shape[1])
    assert _middle(visitor.page.locator(".jv-on-canvas")) == pytest.approx(
        (canvas["x"] + x * reduced, canvas["y"] + y * reduced), abs=1
    )


def _middle(element: Locator) -> Point:
    expect(element).to_be_visible()
    box = element.bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def test_pointing_at_the_frame_and_at_the_canvas_finds_the_same_pixels(
    visitor: Visitor, lenet5: LeNet5
) -> None:
    visitor.draw(SEVEN)
    box = visitor.page.locator(".jv-view").bounding_box()
    assert box is not None
    visitor.page.mouse.move(
        box["x"] + box["width"] * 13.5 / 28, box["y"] + box["height"] * 9.5 / 28
    )
    _says(visitor, lenet5, (9, 13), "probability")
    place = _middle(visitor.page.locator(".jv-on-canvas"))
    visitor.page.mouse.move(5, 5)
    expect(_panel(visitor)).to_be_hidden()
    visitor.page.mouse.move(*place)
    _says(visitor, lenet5, (9, 13), "probability")


def test_a_pressed_pixel_stays_moves_with_the_arrows_and_is_let_go(
    visitor: Visitor, lenet5: LeNet5
) -> None:
    visitor.draw(FOUR)
    visitor.page.mouse.click(*on_map(visitor, 9, 10, 20))
    visitor.page.mouse.move(*on_map(visitor, 2, 3, 3))
    _says(visitor, lenet5, (10, 20), "probability")
    for key in ("ArrowDown", "ArrowDown", "ArrowLeft", "ArrowUp", "ArrowRight", "ArrowRight"):
        visitor.page.keyboard.press(key)
    _says(visitor, lenet5, (11, 21), "probability")
    visitor.page.keyboard.press("Escape")
    expect(_panel(visitor)).to_be_hidden()
    expect(visitor.maps.locator(".jv-layer .jv-square").first).to_be_hidden()


def test_the_keyboard_alone_reaches_every_pixel_up_to_the_edge(
    visitor: Visitor, lenet5: LeNet5
) -> None:
    visitor.draw(FOUR)
    layer = visitor.page.get_by_role("application", name=re.compile("Pixel inspector"))
    layer.focus()
    layer.press("ArrowUp")
    _says(visitor, lenet5, (14, 14), "probability")
    for _ in range(20):
        layer.press("ArrowLeft")
    _says(visitor, lenet5, (14, 0), "probability")
    expect(_panel(visitor).locator(".jv-words")).to_have_attribute("aria-live", "polite")


def test_the_numbers_follow_the_drawing_and_the_output(visitor: Visitor, lenet5: LeNet5) -> None:
    """Random drawings, random pixels, all three outputs."""
    random = np.random.default_rng(6)
    for space in SPACES:
        visitor.page.get_by_role("radio", name=space.capitalize(), exact=True).click()
        visitor.draw([[tuple(point) for point in 0.2 + 0.6 * random.random((3, 2))]])
        expect(visitor.maps).to_have_attribute("data-space", space)
        visitor.settled()
        row, column = (int(n) for n in random.integers(6, 22, 2))
        visitor.page.mouse.click(*on_map(visitor, 3, row, column))
        _says(visitor, lenet5, (row, column), space)
        visitor.draw([[tuple(point) for point in 0.2 + 0.6 * random.random((3, 2))]])
        _says(visitor, lenet5, (row, column), space)
        visitor.page.keyboard.press("Escape")


def _pen_down(visitor: Visitor) -> str:
    """Inspect a pixel, and begin a stroke; the panel's words before it."""
    visitor.draw(FOUR)
    visitor.page.mouse.click(*on_map(visitor, 4, 15, 12))
    expect(_panel(visitor)).to_be_visible()
    before = visitor.settled()
    words = _panel(visitor).inner_text()
    box = visitor.canvas.bounding_box()
    assert box is not None
    visitor.page.mouse.move(box["x"] + 40, box["y"] + 200)
    visitor.page.mouse.down()
    visitor.page.mouse.move(box["x"] + 340, box["y"] + 220, steps=12)
    visitor.wait(NEWER, [MAPS, before.version])
    return words


def test_while_the_pen_is_down_the_numbers_follow_it(visitor: Visitor) -> None:
    words = _pen_down(visitor)
    assert visitor.maps.get_attribute("data-engine") == "browser"
    expect(_panel(visitor)).not_to_have_text(words)
    expect(visitor.maps.locator(".jv-layer .jv-square").first).to_be_visible()
    visitor.page.mouse.up()
    visitor.settled()


@pytest.mark.slow
def test_where_the_server_computes_nothing_is_inspected_while_the_pen_is_down(
    app: str, own_page: Page
) -> None:
    own_page.route("**/jacviz/models/*", lambda route: route.fulfill(status=404))
    visitor = Visitor.visit(own_page, app)
    words = _pen_down(visitor)
    assert _panel(visitor).inner_text() == words
    expect(visitor.maps.locator(".jv-layer .jv-square").first).to_be_hidden()
    visitor.page.mouse.up()
    expect(visitor.maps.locator(".jv-layer .jv-square").first).to_be_visible()
    expect(_panel(visitor)).not_to_have_text(words)


def test_an_empty_canvas_has_nothing_to_inspect(visitor: Visitor) -> None:
    visitor.page.mouse.move(*on_map(visitor, 4, 15, 12))
    visitor.page.mouse.click(*on_map(visitor, 4, 15, 12))
    visitor.page.keyboard.press("ArrowUp")
    expect(_panel(visitor)).to_be_hidden()
    expect(visitor.maps.locator(".jv-help")).to_be_visible()


def test_nothing_on_the_page_moves_when_a_pixel_is_inspected(visitor: Visitor) -> None:
    visitor.draw(FOUR)
    for width, height in SIZES:
        visitor.page.set_viewport_size({"width": width, "height": height})
        visitor.settled()
        before = visitor.still(".st-key-save-bar", ".jv-maps")
        visitor.page.mouse.click(*on_map(visitor, 4, 15, 12))
        expect(_panel(visitor)).to_be_visible()
        assert visitor.still(".st-key-save-bar", ".jv-maps") == before
        assert visitor.errors == []
        visitor.page.keyboard.press("Escape")


@pytest.mark.slow
def test_a_finger_presses_a_pixel_and_steps_on(app: str, tablet: Visit, lenet5: LeNet5) -> None:
    visitor = tablet(app)
    visitor.draw(FOUR)
    visitor.page.touchscreen.tap(*on_map(visitor, 4, 12, 9))
    _says(visitor, lenet5, (12, 9), "probability")
    visitor.page.get_by_role("button", name="one pixel down").tap()
    visitor.page.get_by_role("button", name="one pixel to the right").tap()
    _says(visitor, lenet5, (13, 10), "probability")
    visitor.page.get_by_role("button", name="let go of this pixel").tap()
    expect(_panel(visitor)).to_be_hidden()
