"""The stroke timeline: every stroke is a moment to go back to and to draw on from."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from browser.asking import open_panel
from browser.visitor import FOUR, MAPS, ONE, Shown, Visitor
from delaying import delayed

pytestmark = pytest.mark.browser

STROKES = [[FOUR[0][0], FOUR[0][1]], [FOUR[0][1], FOUR[0][2]], FOUR[1]]


def _go(visitor: Visitor, key: str) -> Shown:
    before = visitor.shown()
    strokes = visitor.page.get_by_label("Strokes on the canvas")
    strokes.press(key)
    place = f"Stroke {strokes.input_value()} of {strokes.get_attribute('max')}"
    caption = visitor.page.get_by_test_id("jacviz-timeline").locator("p")
    expect(caption).to_contain_text(re.compile(f"{place}|As opened"))
    return visitor.after(before)


def _words(visitor: Visitor) -> str:
    return visitor.page.get_by_test_id("jacviz-timeline").locator("p").inner_text()


def _seen(shown: Shown) -> tuple[str, str, str]:
    return shown.top, shown.probability, shown.ink


def test_it_comes_with_the_second_stroke(visitor: Visitor) -> None:
    timeline = visitor.page.get_by_test_id("jacviz-timeline")
    visitor.draw(ONE)
    assert not timeline.is_visible()
    shown = visitor.draw([FOUR[1]])
    timeline.wait_for(state="visible")
    assert _words(visitor).startswith(f"Stroke 2 of 2: {shown.top}")


@pytest.mark.parametrize(("width", "height"), [(1440, 900), (1024, 768)])
def test_the_page_still_fits_the_screen(visitor: Visitor, width: int, height: int) -> None:
    visitor.page.set_viewport_size({"width": width, "height": height})
    visitor.draw(FOUR)
    page = visitor.page.locator(".stMain")
    assert page.evaluate("page => page.scrollHeight <= page.clientHeight")


def test_each_moment_shows_what_its_stroke_showed(visitor: Visitor) -> None:
    moments = [visitor.draw([stroke]) for stroke in STROKES]
    for key, number in (("ArrowLeft", 2), ("ArrowLeft", 1), ("End", 3), ("Home", 0), ("End", 3)):
        shown = _go(visitor, key)
        assert _words(visitor).startswith(f"Stroke {number} of 3")
        assert _seen(shown) == (_seen(moments[number - 1]) if number else ("", "", "0.00"))


@pytest.mark.slow
def test_drawing_on_from_an_earlier_moment_branches(visitor: Visitor) -> None:
    visitor.draw(STROKES)
    _go(visitor, "Home")
    visitor.draw(ONE)
    branch = visitor.draw([FOUR[1]])
    assert _words(visitor).startswith(f"Stroke 2 of 2: {branch.top}")
    assert _seen(_go(visitor, "ArrowLeft")) != _seen(branch)
    assert _seen(_go(visitor, "ArrowRight")) == _seen(branch)


def test_it_follows_undo_and_ends_with_the_drawing(visitor: Visitor) -> None:
    visitor.draw(STROKES)
    visitor.press("Undo")
    assert _words(visitor).startswith("Stroke 2 of 3")
    visitor.press("Reset canvas & history")
    visitor.page.get_by_test_id("jacviz-timeline").wait_for(state="hidden")
    assert visitor.errors == []


DELAY = 0.15  # s each way


@pytest.fixture
def far(app: str, chromium: Browser) -> Iterator[Visitor]:
    """A visitor far away from the server."""
    context = chromium.new_context(viewport={"width": 1440, "height": 900})
    with delayed(app) as proxy:
        visitor = Visitor.visit(context.new_page(), proxy.url)
        proxy.seconds = DELAY
        yield visitor
        proxy.seconds = 0.0
        context.close()


# What each part of the page says, changes of which are told with their time.
RECORD = f"""() => {{
  const maps = document.querySelector("{MAPS}");
  const timeline = document.querySelector("[data-testid=jacviz-timeline]");
  const slider = timeline.querySelector("input");
  const upper = [...document.querySelectorAll(".st-key-canvas *")]
    .map((part) => part.shadowRoot?.querySelector("canvas.upper-canvas")).find(Boolean);
  const lower = upper.parentElement.querySelector("canvas.lower-canvas");
  window.recorded = [];
  let last = "";
  setInterval(() => {{
    const {{ data }} = lower.getContext("2d").getImageData(0, 0, lower.width, lower.height);
    let ink = 0;
    for (let i = 3; i < data.length; i += 4) ink += data[i];
    const {{ top, probability }} = maps.dataset;
    const shown = [ink, top, probability, slider.value, timeline.querySelector("p").textContent];
    if (String(shown) !== last) window.recorded.push(shown);
    last = String(shown);
  }}, 20);
}}"""


def _draw_quickly(visitor: Visitor, pause_ms: int) -> None:
    for stroke in STROKES:
        visitor.stroke(stroke)
        visitor.page.wait_for_timeout(pause_ms)


@pytest.mark.parametrize(
    "pause_ms",
    [200, pytest.param(300, marks=pytest.mark.slow), pytest.param(0, marks=pytest.mark.slow)],
)
def test_far_from_the_server_canvas_frame_slider_and_caption_agree_and_settle(
    far: Visitor, pause_ms: int
) -> None:
    page = far.page
    _draw_quickly(far, pause_ms)
    timeline = page.get_by_test_id("jacviz-timeline")
    caption = timeline.locator("p")
    expect(caption).to_have_text(re.compile(r"Stroke 3 of 3: \d"))
    expect(timeline.locator("svg g").first.locator("path")).to_have_count(3)
    page.evaluate(RECORD)
    slider = page.get_by_label("Strokes on the canvas")
    box = slider.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] / 3, box["y"] + box["height"] / 2)
    slider.press("ArrowRight")
    expect(caption).to_have_text(re.compile(r"Stroke 2 of 3: \d"))
    shown = far.settled()
    expect(caption).to_have_text(re.compile(rf"Stroke 2 of 3: {shown.top} \(\d+\.\d%\)"))
    percent = caption.inner_text().split("(")[1].rstrip(")")
    assert float(percent[:-1]) == pytest.approx(100 * float(shown.probability), abs=0.056)
    assert slider.input_value() == "2"
    expect(page.get_by_test_id("jacviz-reading").locator("[data-top]")).to_have_text(
        re.compile(f"{shown.top}.*{re.escape(percent)}")
    )
    # The drawing goes down to the wanted one and up again at most once.
    recorded = page.evaluate("window.recorded")
    inks = [ink for ink, *_ in recorded]
    turns = sum((b - a) * (c - b) < 0 for a, b, c in zip(inks, inks[1:], inks[2:], strict=False))
    assert turns <= 2, recorded
    # The next stroke on this moment follows it.
    branch = far.draw([FOUR[1]])
    expect(caption).to_have_text(re.compile(f"Stroke 3 of 3: {branch.top}"))


def test_a_stroke_over_ink_is_a_moment_of_its_own(visitor: Visitor) -> None:
    shown = visitor.draw([STROKES[0]])
    for _ in range(2):
        visitor.stroke(STROKES[0])
        visitor.page.wait_for_timeout(300)
    caption = visitor.page.get_by_test_id("jacviz-timeline").locator("p")
    expect(caption).to_have_text(re.compile(f"Stroke 3 of 3: {shown.top}"))
    slider = visitor.page.get_by_label("Strokes on the canvas")
    slider.press("ArrowLeft")
    expect(caption).to_have_text(re.compile(f"Stroke 2 of 3: {shown.top}"))
    slider.press("Home")
    expect(caption).to_have_text("Stroke 0 of 3: an empty canvas")
    visitor.page.get_by_role("button", name="Undo").wait_for(state="visible")
    assert visitor.settled().ink == "0.00"


def test_what_was_opened_is_the_first_moment(visitor: Visitor) -> None:
    before = visitor.shown()
    open_panel(visitor)
    visitor.page.get_by_role("button", name="a 7", exact=True).click()
    opened = visitor.after(before)
    visitor.draw(ONE)
    assert _seen(_go(visitor, "Home")) == _seen(opened)
    assert _words(visitor).startswith("As opened: 7")
    expect(visitor.page.get_by_role("button", name="Undo")).to_be_disabled()
