"""In front of a class: keys, and the presentation."""

import pytest
from playwright.sync_api import expect

from jacviz.app.state import State, format_query
from jacviz.models.lenet5 import LeNet5

from browser.expected import is_current
from browser.visitor import FOUR, ONE, Visit, Visitor

pytestmark = pytest.mark.browser


def test_single_keys_do_what_the_controls_do_and_are_listed(visitor: Visitor) -> None:
    page, keyboard = visitor.page, visitor.page.keyboard
    keyboard.press("?")
    keys = page.get_by_role("dialog", name="Keys")
    expect(keys).to_contain_text("map over the drawing")
    keyboard.press("Escape")
    expect(keys).to_be_hidden()

    visitor.draw(ONE)
    keyboard.press("3")
    expect(page.get_by_role("radio", name="Logit", exact=True)).to_be_checked()
    keyboard.press("s")
    expect(page.get_by_role("radio", name="Each its own")).to_be_checked()
    keyboard.press("n")
    expect(page.get_by_role("radio", name="Readable")).to_be_checked()
    keyboard.press("o")
    expect(page.get_by_test_id("jacviz-overlay")).to_be_visible()
    keyboard.press("o")
    expect(page.get_by_test_id("jacviz-overlay")).to_be_hidden()
    keyboard.press("ArrowUp")
    keyboard.press("ArrowLeft")
    expect(page.get_by_test_id("jacviz-inspector")).to_contain_text("Row 14, column 13")
    one = visitor.settled()
    keyboard.press("Delete")
    assert visitor.after(one).top == ""
    assert visitor.errors == []


def test_single_keys_leave_typing_alone_and_can_be_switched_off(new_visitor: Visitor) -> None:
    page, keyboard = new_visitor.page, new_visitor.page.keyboard
    shown = new_visitor.draw(ONE)
    page.get_by_label("Map over the drawing").focus()
    keyboard.press("3")
    expect(page.get_by_label("Map over the drawing")).to_have_value("3")
    page.get_by_role("button", name="Keys and presentation").click()
    page.get_by_role("checkbox", name="Single keys act").uncheck()
    page.get_by_role("button", name="Close").click()
    keyboard.press("3")
    keyboard.press("p")
    # Streamlit hears of things in their order, and so of a key's effect before this one's.
    page.get_by_role("radio", name="Each its own").check()
    new_visitor.after(shown)
    expect(page.get_by_role("radio", name="Probability", exact=True)).to_be_checked()
    expect(page.get_by_label("Pen width")).to_be_visible()


@pytest.mark.slow
@pytest.mark.parametrize("size", [(1024, 768), pytest.param((1440, 900), marks=pytest.mark.slow)])
def test_a_presentation_shows_drawing_maps_and_sentence_large_and_nothing_else(
    visitor: Visitor, lenet5: LeNet5, size: tuple[int, int]
) -> None:
    page = visitor.page
    page.set_viewport_size({"width": size[0], "height": size[1]})
    visitor.draw(FOUR[:1])
    titles = visitor.maps.locator(".jv-p").first
    small = titles.evaluate(TYPE)
    page.keyboard.press("ArrowUp")
    pixel = _on_canvas(visitor)
    page.keyboard.press("p")
    expect(page.get_by_label("Pen width")).to_be_hidden()
    assert _on_canvas(visitor) == pytest.approx(pixel, abs=0.002)
    assert page.get_by_role("button").count() == 4  # the canvas's own three, and the way out
    assert titles.evaluate(TYPE) > 1.2 * small
    shown = visitor.draw(FOUR[1:])
    assert shown.top == "4"
    assert is_current(visitor, lenet5)
    expect(visitor.maps.get_by_role("status").first).to_contain_text("reads 4")
    box, maps = visitor.canvas.bounding_box(), visitor.maps.bounding_box()
    assert box is not None
    assert maps is not None
    assert box["x"] + box["width"] < maps["x"]
    assert visitor.page.locator(".stMain").evaluate(SPILLS) == [0, 0]
    page.keyboard.press("Escape")
    expect(page.get_by_label("Pen width")).to_be_visible()
    assert visitor.errors == []


def _on_canvas(visitor: Visitor) -> tuple[float, float]:
    """Where the inspected pixel is marked on the canvas, as shares of its side."""
    mark, canvas = (
        visitor.page.locator(".jv-on-canvas").bounding_box(),
        visitor.canvas.bounding_box(),
    )
    assert mark is not None
    assert canvas is not None
    side = canvas["width"]
    return (mark["x"] - canvas["x"]) / side, (mark["y"] - canvas["y"]) / side


TYPE = "element => parseFloat(getComputedStyle(element).fontSize)"
SPILLS = "m => [m.scrollWidth - m.clientWidth, m.scrollHeight - m.clientHeight]"


@pytest.mark.slow
def test_a_link_leads_into_a_presentation_that_a_finger_can_leave(app: str, tablet: Visit) -> None:
    visitor = tablet(f"{app}/?{format_query(State(present=True))}")
    expect(visitor.page.get_by_label("Pen width")).to_be_hidden()
    visitor.page.get_by_role("button", name="Leave the presentation").tap()
    expect(visitor.page.get_by_label("Pen width")).to_be_visible()
