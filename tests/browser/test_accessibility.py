"""For everyone: what axe finds, where the focus is, and what each picture says."""

import io
import re

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image, ImageChops
from playwright.sync_api import expect

import jacviz
from jacviz.export import drawing_codec

from browser.asking import answered, open_methods, open_panel
from browser.visitor import FOUR, Visitor

pytestmark = pytest.mark.browser

# What Streamlit's own markup is found guilty of, and cannot be mended from here: the drop zone of
# its file uploader is called presentational, but has a label (which helps more than it harms).
STREAMLITS = {("presentation-role-conflict", '[data-testid="stFileUploaderDropzone"]')}


def _violations(visitor: Visitor) -> list[str]:
    """Whatever axe finds, of any impact, a line for each element."""
    found = Axe().run(visitor.page).response["violations"]
    return [
        f"{rule['id']} ({rule['impact']}): {node['html']}"
        for rule in found
        for node in rule["nodes"]
        if not any(
            rule["id"] == known and visitor.page.locator(f"{part}{node['target'][0]}").count()
            for known, part in STREAMLITS
        )
    ]


def test_axe_finds_nothing_on_the_page(visitor: Visitor) -> None:
    visitor.draw(FOUR)
    visitor.maps.get_by_role("application").press("ArrowUp")
    expect(visitor.page.get_by_test_id("jacviz-inspector")).to_be_visible()
    assert _violations(visitor) == []


@pytest.mark.slow
@pytest.mark.parametrize(("theme", "size"), [("light", (1440, 900)), ("dark", (1024, 768))])
def test_axe_finds_nothing_anywhere(visitor: Visitor, theme: str, size: tuple[int, int]) -> None:
    visitor.page.set_viewport_size({"width": size[0], "height": size[1]})
    visitor.page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
    visitor.settled()
    assert _violations(visitor) == []

    visitor.draw(FOUR)
    visitor.maps.get_by_role("application").press("ArrowUp")
    expect(visitor.page.get_by_test_id("jacviz-inspector")).to_be_visible()
    assert _violations(visitor) == []

    for tab in visitor.page.get_by_role("tab").all():
        tab.click()
        expect(tab).to_have_attribute("aria-selected", "true")
        answered(visitor)
        assert _violations(visitor) == []
    visitor.page.get_by_role("tab").first.click()

    for key in ("?", "p"):  # the list of keys, the presentation
        visitor.page.keyboard.press(key)
        assert _violations(visitor) == []
        visitor.page.keyboard.press("Escape")

    open_panel(visitor)
    visitor.page.get_by_role("group", name="Sample digits").wait_for()
    assert _violations(visitor) == []

    visitor.page.keyboard.press("Escape")
    open_methods(visitor)
    visitor.page.get_by_test_id("stPlotlyChart").wait_for()
    assert _violations(visitor) == []


# The element that has the focus, told in a few words; "" where it has come round.
NEXT = """() => {
  let element = document.activeElement;
  while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
  window.seen ??= new Set([document.body, null]);
  if (window.seen.has(element)) return "";
  window.seen.add(element);
  return element.outerHTML.slice(0, 120);
}"""


def _looks(visitor: Visitor) -> Image.Image:
    # Streamlit's controls fade into their looks; a screenshot may take the end of that at once.
    picture = visitor.page.screenshot(caret="hide", animations="disabled")
    return Image.open(io.BytesIO(picture)).convert("RGB")


@pytest.mark.slow
def test_whoever_walks_by_tab_sees_where_they_are(new_visitor: Visitor) -> None:
    new_visitor.draw(FOUR)
    new_visitor.page.mouse.click(4, 4)
    nowhere = last = _looks(new_visitor)
    walked = []
    while True:
        new_visitor.page.keyboard.press("Tab")
        where = new_visitor.page.evaluate(NEXT)
        if not where:
            break
        walked.append(where)
        looks = _looks(new_visitor)
        assert ImageChops.difference(looks, nowhere).getbbox(), f"no focus to be seen on {where}"
        assert ImageChops.difference(looks, last).getbbox(), f"the focus stays before {where}"
        last = looks
    assert "Strokes on the canvas" in walked[-1]


@pytest.mark.slow
def test_each_picture_says_what_a_person_would_say(visitor: Visitor) -> None:
    expect(visitor.canvas).to_have_attribute("aria-label", re.compile("It is empty"))
    shown = visitor.draw(FOUR)
    answer = f"reads 4 ({100 * float(shown.probability):.1f}%)"
    expect(visitor.canvas).to_have_attribute("aria-label", re.compile(re.escape(answer)))
    frame = visitor.page.get_by_test_id("jacviz-reading").get_by_role("img")
    framed = jacviz.frame(drawing_codec.decode(visitor.asked[-1]))
    inked = f"{np.count_nonzero(framed.image)} of them inked: read as 4"
    expect(frame).to_have_attribute("aria-label", re.compile(inked))
    strokes = visitor.page.get_by_test_id("jacviz-timeline").get_by_role("img")
    expect(strokes).to_have_attribute("aria-label", re.compile("after each stroke.* 2: 4, "))
    expect(visitor.maps.get_by_role("img").first).to_have_attribute(
        "aria-label", re.compile(r"Ten maps, .* reads 4 .* 9: ")
    )
