"""The page as a person meets it: draw, look, undo, switch."""

import re

import pytest
from playwright.sync_api import expect

from browser.visitor import FOUR, ONE, SEVEN, SIZES, Visitor

pytestmark = pytest.mark.browser


def test_an_untouched_page_invites_and_has_painted_nothing(new_visitor: Visitor) -> None:
    assert new_visitor.shown().version == 0
    expect(new_visitor.maps).to_contain_text("Draw a digit")


def test_a_drawn_four_is_read_as_four(visitor: Visitor) -> None:
    shown = visitor.draw(FOUR)
    assert shown.top == "4"
    assert re.fullmatch(r"[01]\.\d{4}", shown.probability)
    assert float(shown.ink) > 20
    expect(visitor.maps.locator(".jv-card[data-top] b")).to_have_text("4")


def test_every_stroke_changes_maps_and_probabilities_in_the_same_plot(new_visitor: Visitor) -> None:
    """The plot is never remounted, never blank and never greyed out."""
    new_visitor.plot.evaluate(WATCH)
    before, pictures, bars = new_visitor.shown(), {new_visitor.picture()}, set()
    for points in FOUR:
        new_visitor.stroke(points)
        shown = new_visitor.after(before)
        assert shown.version > before.version
        bars.add(new_visitor.page.get_by_test_id("jacviz-reading").inner_text())
        pictures.add(new_visitor.picture())
        before = shown
    assert len(pictures) == 3
    assert len(bars) == 2
    seen = new_visitor.page.evaluate("() => window.seen")
    assert seen["frames"] > 0
    assert seen["samePlot"]
    assert seen["leastOpacity"] == 1
    assert seen["framesWithoutPicture"] == 0


# Looks at every animation frame from now on.
WATCH = """plot => {
  const seen = {frames: 0, samePlot: true, leastOpacity: 1, framesWithoutPicture: 0};
  window.seen = seen;
  const look = () => {
    seen.frames += 1;
    const now = document.querySelector("[data-testid=jacviz-maps] .js-plotly-plot");
    seen.samePlot &&= now === plot;
    let opacity = 1;
    for (let node = now; node; node = node.parentElement)
      opacity *= Number(getComputedStyle(node).opacity);
    seen.leastOpacity = Math.min(seen.leastOpacity, opacity);
    const picture = now?.querySelector(".imagelayer image");
    if (!picture?.getAttribute("href")) seen.framesWithoutPicture += 1;
    requestAnimationFrame(look);
  };
  look();
}"""


@pytest.mark.slow
def test_after_ten_strokes_in_a_row_the_maps_belong_to_the_whole_drawing(
    visitor: Visitor,
) -> None:
    before = visitor.shown()
    for i in range(10):
        x = 0.15 + 0.07 * i
        visitor.stroke([(x, 0.2), (x, 0.8)], steps=3)
    fast = visitor.after(before)
    # Pressing undo and redo makes the page think about the same drawing once more, at leisure.
    visitor.press("Undo")
    assert visitor.press("Redo") == type(fast)(visitor.shown().version, *_content(fast))


def _content(shown: object) -> tuple[str, str, str]:
    return shown.top, shown.probability, shown.ink  # type: ignore[attr-defined]


def test_undo_redo_and_clear_take_the_maps_along(visitor: Visitor) -> None:
    one_stroke = visitor.draw(FOUR[:1])
    both = visitor.draw(FOUR[1:])
    assert _content(visitor.press("Undo")) == _content(one_stroke)
    assert _content(visitor.press("Redo")) == _content(both)
    cleared = visitor.press("Reset canvas & history")
    assert _content(cleared) == ("", "", "0.00")
    expect(visitor.maps).to_contain_text("The canvas is empty")


def test_undo_and_redo_answer_to_the_usual_keys(visitor: Visitor) -> None:
    one_stroke = visitor.draw(FOUR[:1])
    both = visitor.draw(FOUR[1:])
    visitor.page.keyboard.press("Control+z")
    assert _content(visitor.after(both)) == _content(one_stroke)
    before = visitor.shown()
    visitor.page.keyboard.press("Control+Shift+z")
    assert _content(visitor.after(before)) == _content(both)


def test_switching_the_output_keeps_drawing_and_answer(visitor: Visitor) -> None:
    drawn = visitor.draw(SEVEN)
    pictures = {visitor.picture()}
    for name, unit in [("Logit", "change of logit"), ("Log-probability", "log-probability")]:
        before = visitor.shown()
        visitor.page.get_by_role("radio", name=name, exact=True).click()
        assert _content(visitor.after(before)) == _content(drawn)
        expect(visitor.maps).to_contain_text(unit)
        pictures.add(visitor.picture())
    assert len(pictures) == 3


def test_each_map_may_have_its_own_colour_scale_and_says_its_maximum_either_way(
    visitor: Visitor,
) -> None:
    before = visitor.draw(SEVEN)
    maxima = visitor.maps.locator(".jv-max").all_inner_texts()
    shared = visitor.picture()
    visitor.page.get_by_role("radio", name="Each its own").click()
    visitor.after(before)
    assert visitor.picture() != shared
    assert visitor.maps.locator(".jv-max").all_inner_texts() == maxima
    assert all(re.match(r"±\d", text) for text in maxima)
    expect(visitor.maps).to_contain_text("share of each map's own maximum")


@pytest.mark.slow
def test_the_pen_width_changes_the_next_stroke_and_keeps_the_drawing(visitor: Visitor) -> None:
    drawn = visitor.draw(ONE)
    slider = visitor.page.get_by_role("slider", name="Pen width")
    slider.focus()
    for _ in range(10):
        slider.press("ArrowRight")
    assert _content(visitor.settled()) == _content(drawn)
    visitor.press("Reset canvas & history")
    wider = visitor.draw(ONE)
    assert float(wider.ink) > float(drawn.ink)


def test_hovering_a_pixel_tells_class_place_ink_and_derivative(visitor: Visitor) -> None:
    visitor.draw(FOUR)
    box = visitor.maps.locator(".jv-card:nth-child(6) .jv-edge").bounding_box()
    assert box is not None
    visitor.page.mouse.move(
        box["x"] + box["width"] * 10.5 / 28, box["y"] + box["height"] * 7.5 / 28
    )
    hover = visitor.plot.locator(".hoverlayer")
    expect(hover).to_contain_text("digit 4")
    expect(hover).to_contain_text("row 7, column 10")
    expect(hover).to_contain_text(re.compile(r"ink \d\.\d\d"))
    expect(hover).to_contain_text(re.compile(r"d p\(4\) / d ink = [+\u2212]?\d"))


def test_the_console_has_no_errors(visitor: Visitor) -> None:
    visitor.draw(FOUR)
    assert visitor.errors == []


@pytest.mark.parametrize("theme", ["light", pytest.param("dark", marks=pytest.mark.slow)])
def test_the_screen_needs_no_scrolling(visitor: Visitor, theme: str) -> None:
    visitor.page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
    visitor.draw(FOUR)
    for width, height in SIZES:
        visitor.page.set_viewport_size({"width": width, "height": height})
        assert visitor.excess(".stMain") == [0, 0]
        for region in (visitor.canvas, visitor.maps, visitor.page.get_by_test_id("jacviz-reading")):
            box = region.bounding_box()
            assert box is not None
            assert box["x"] >= 0
            assert box["x"] + box["width"] <= width
            assert box["y"] + box["height"] <= height
