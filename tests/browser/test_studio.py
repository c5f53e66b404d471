"""The page as a person meets it: draw, look, undo, switch."""

import re

import pytest
from playwright.sync_api import expect

from browser.studio import FOUR, ONE, SEVEN, SIZES, Studio

pytestmark = pytest.mark.browser


def test_an_untouched_page_invites_and_has_painted_nothing(studio: Studio) -> None:
    assert studio.shown().version == 0
    expect(studio.maps).to_contain_text("Draw a digit")


def test_a_drawn_four_is_read_as_four(studio: Studio) -> None:
    shown = studio.draw(FOUR)
    assert shown.top == "4"
    assert re.fullmatch(r"[01]\.\d{4}", shown.probability)
    assert float(shown.ink) > 20
    expect(studio.maps.locator(".jv-card[data-top] b")).to_have_text("4")


def test_every_stroke_changes_maps_and_probabilities_in_the_same_plot(studio: Studio) -> None:
    """The plot is never remounted, never blank and never greyed out."""
    studio.plot.evaluate(WATCH)
    before, pictures, bars = studio.shown(), {studio.picture()}, set()
    for points in FOUR:
        studio.stroke(points)
        shown = studio.after(before)
        assert shown.version > before.version
        bars.add(studio.page.get_by_test_id("jacviz-reading").inner_text())
        pictures.add(studio.picture())
        before = shown
    assert len(pictures) == 3
    assert len(bars) == 2
    seen = studio.page.evaluate("() => window.seen")
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


def test_after_ten_strokes_in_a_row_the_maps_belong_to_the_whole_drawing(
    studio: Studio,
) -> None:
    before = studio.shown()
    for i in range(10):
        x = 0.15 + 0.07 * i
        studio.stroke([(x, 0.2), (x, 0.8)], steps=3)
    fast = studio.after(before)
    # Pressing undo and redo makes the page think about the same drawing once more, at leisure.
    studio.press("Undo")
    assert studio.press("Redo") == type(fast)(studio.shown().version, *_content(fast))


def _content(shown: object) -> tuple[str, str, str]:
    return shown.top, shown.probability, shown.ink  # type: ignore[attr-defined]


def test_undo_redo_and_clear_take_the_maps_along(studio: Studio) -> None:
    one_stroke = studio.draw(FOUR[:1])
    both = studio.draw(FOUR[1:])
    assert _content(studio.press("Undo")) == _content(one_stroke)
    assert _content(studio.press("Redo")) == _content(both)
    cleared = studio.press("Reset canvas & history")
    assert _content(cleared) == ("", "", "0.00")
    expect(studio.maps).to_contain_text("The sheet is empty")


def test_undo_and_redo_answer_to_the_usual_keys(studio: Studio) -> None:
    one_stroke = studio.draw(FOUR[:1])
    both = studio.draw(FOUR[1:])
    studio.page.keyboard.press("Control+z")
    assert _content(studio.after(both)) == _content(one_stroke)
    before = studio.shown()
    studio.page.keyboard.press("Control+Shift+z")
    assert _content(studio.after(before)) == _content(both)


def test_switching_the_output_keeps_drawing_and_answer(studio: Studio) -> None:
    drawn = studio.draw(SEVEN)
    pictures = {studio.picture()}
    for name, unit in [("Logit", "change of logit"), ("Log-probability", "log-probability")]:
        before = studio.shown()
        studio.page.get_by_role("radio", name=name, exact=True).click()
        assert _content(studio.after(before)) == _content(drawn)
        expect(studio.maps).to_contain_text(unit)
        pictures.add(studio.picture())
    assert len(pictures) == 3


def test_each_map_may_have_its_own_colour_scale_and_says_its_maximum_either_way(
    studio: Studio,
) -> None:
    before = studio.draw(SEVEN)
    maxima = studio.maps.locator(".jv-max").all_inner_texts()
    shared = studio.picture()
    studio.page.get_by_role("radio", name="Each its own").click()
    studio.after(before)
    assert studio.picture() != shared
    assert studio.maps.locator(".jv-max").all_inner_texts() == maxima
    assert all(re.match(r"±\d", text) for text in maxima)
    expect(studio.maps).to_contain_text("share of each map's own maximum")


def test_the_pen_width_changes_the_next_stroke_and_keeps_the_drawing(studio: Studio) -> None:
    drawn = studio.draw(ONE)
    slider = studio.page.get_by_role("slider", name="Pen width")
    slider.focus()
    for _ in range(10):
        slider.press("ArrowRight")
    assert _content(studio.settled()) == _content(drawn)
    studio.press("Reset canvas & history")
    wider = studio.draw(ONE)
    assert float(wider.ink) > float(drawn.ink)


def test_hovering_a_pixel_tells_class_place_ink_and_derivative(studio: Studio) -> None:
    studio.draw(FOUR)
    box = studio.maps.locator(".jv-card:nth-child(6) .jv-edge").bounding_box()
    assert box is not None
    studio.page.mouse.move(box["x"] + box["width"] * 10.5 / 28, box["y"] + box["height"] * 7.5 / 28)
    hover = studio.plot.locator(".hoverlayer")
    expect(hover).to_contain_text("digit 4")
    expect(hover).to_contain_text("row 7, column 10")
    expect(hover).to_contain_text(re.compile(r"ink \d\.\d\d"))
    expect(hover).to_contain_text(re.compile(r"d p\(4\) / d ink = [+\u2212]?\d"))


def test_the_page_complains_of_nothing(studio: Studio) -> None:
    studio.draw(FOUR)
    assert studio.complaints == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_screen_needs_no_scrolling(studio: Studio, theme: str) -> None:
    studio.page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
    studio.draw(FOUR)
    for width, height in SIZES:
        studio.page.set_viewport_size({"width": width, "height": height})
        assert studio.excess(".stMain") == [0, 0]
        for region in (studio.sheet, studio.maps, studio.page.get_by_test_id("jacviz-reading")):
            box = region.bounding_box()
            assert box is not None
            assert box["x"] >= 0
            assert box["x"] + box["width"] <= width
            assert box["y"] + box["height"] <= height
