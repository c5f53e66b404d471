"""The stroke timeline: every stroke is a moment to go back to and to draw on from."""

import pytest
from playwright.sync_api import expect

from browser.studio import FOUR, ONE, Shown, Studio

pytestmark = pytest.mark.browser

STROKES = [[FOUR[0][0], FOUR[0][1]], [FOUR[0][1], FOUR[0][2]], FOUR[1]]


def _go(studio: Studio, key: str) -> Shown:
    before = studio.shown()
    strokes = studio.page.get_by_label("Strokes on the sheet")
    strokes.press(key)
    wanted = f"Stroke {strokes.input_value()} of {strokes.get_attribute('max')}"
    expect(studio.page.get_by_test_id("jacviz-timeline").locator("p")).to_contain_text(wanted)
    return studio.after(before)


def _words(studio: Studio) -> str:
    return studio.page.get_by_test_id("jacviz-timeline").locator("p").inner_text()


def _seen(shown: Shown) -> tuple[str, str, str]:
    return shown.top, shown.probability, shown.ink


def test_it_comes_with_the_second_stroke(studio: Studio) -> None:
    timeline = studio.page.get_by_test_id("jacviz-timeline")
    studio.draw(ONE)
    assert not timeline.is_visible()
    shown = studio.draw([FOUR[1]])
    timeline.wait_for(state="visible")
    assert _words(studio).startswith(f"Stroke 2 of 2: {shown.top}")


@pytest.mark.parametrize(("width", "height"), [(1440, 900), (1024, 768)])
def test_the_page_still_fits_the_screen(studio: Studio, width: int, height: int) -> None:
    studio.page.set_viewport_size({"width": width, "height": height})
    studio.draw(FOUR)
    page = studio.page.locator(".stMain")
    assert page.evaluate("page => page.scrollHeight <= page.clientHeight")


def test_each_moment_shows_what_its_stroke_showed(studio: Studio) -> None:
    moments = [studio.draw([stroke]) for stroke in STROKES]
    for key, number in (("ArrowLeft", 2), ("ArrowLeft", 1), ("End", 3), ("Home", 0), ("End", 3)):
        shown = _go(studio, key)
        assert _words(studio).startswith(f"Stroke {number} of 3")
        assert _seen(shown) == (_seen(moments[number - 1]) if number else ("", "", "0.00"))


def test_drawing_on_from_an_earlier_moment_branches(studio: Studio) -> None:
    studio.draw(STROKES)
    _go(studio, "Home")
    studio.draw(ONE)
    branch = studio.draw([FOUR[1]])
    assert _words(studio).startswith(f"Stroke 2 of 2: {branch.top}")
    assert _seen(_go(studio, "ArrowLeft")) != _seen(branch)
    assert _seen(_go(studio, "ArrowRight")) == _seen(branch)


def test_it_follows_undo_and_ends_with_the_drawing(studio: Studio) -> None:
    studio.draw(STROKES)
    studio.press("Undo")
    assert _words(studio).startswith("Stroke 2 of 3")
    studio.press("Reset canvas & history")
    studio.page.get_by_test_id("jacviz-timeline").wait_for(state="hidden")
    assert studio.complaints == []
