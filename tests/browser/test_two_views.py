"""Two views on one page: each has its own drawing, selection and settings."""

import base64

import numpy as np
import pytest
from playwright.sync_api import Locator, expect

from jacviz.app.page_texts import ATTRIBUTION_TEXTS
from jacviz.app.state import State, settings
from jacviz.server.handlers import maps
from jacviz.server.map_request import MapRequest

from browser.visitor import ONE, Visitor

pytestmark = pytest.mark.browser

# Mounts components as Streamlit does, in a container like that of the page's own view.
MOUNT = """
async ({ maps, controls, answer }) => {
  const load = async (name) =>
    (await import(new URL(`jacviz/static/components/${name}.js`, document.baseURI))).default;
  const room = document.createElement("div");
  room.className = "st-key-workspace-2";
  document.querySelector(".stMain").append(room);
  const canvas = document.createElement("div");
  canvas.className = "st-key-canvas-2";
  canvas.textContent = "a canvas";
  room.append(canvas);
  const ignore = () => {};
  for (const [name, data] of [["view_controls", controls], ["live_maps", { ...maps, answer }],
                              ["prediction", null],
                              ["overlay", null], ["keyboard", null]]) {
    const parentElement = document.createElement("div");
    room.append(parentElement);
    (await load(name))({ data, parentElement, setStateValue: ignore, setTriggerValue: ignore });
  }
}
"""


@pytest.fixture
def second(new_visitor: Visitor) -> Locator:
    """A second view, of a vertical stroke, below the page's own."""
    ink = np.zeros((98, 98), np.uint8)
    ink[20:80, 45:53] = 255
    table = settings(State())
    models = {name: {"noun": "digit", "classes": 10} for name in ("standard", "readable")}
    answer = base64.b64encode(maps(ink, MapRequest())).decode()
    new_visitor.page.evaluate(
        MOUNT,
        {
            "maps": {"kinds": ATTRIBUTION_TEXTS, "models": models, "settings": table},
            "controls": {"settings": table, "models": [("Standard", "one")], "told": None},
            "answer": answer,
        },
    )
    view = new_visitor.page.locator(".st-key-workspace-2")
    expect(view.get_by_test_id("jacviz-maps")).to_have_attribute("data-version", "1")
    return view


def test_views_share_nothing(new_visitor: Visitor, second: Locator) -> None:
    page = new_visitor.page
    first = page.locator(".st-key-workspace")
    first_maps, second_maps = (view.get_by_test_id("jacviz-maps") for view in (first, second))
    assert first_maps.get_attribute("data-version") == "0"
    assert second_maps.get_attribute("data-top") == "1"
    expect(second.locator(".jv-bars [data-top]")).to_contain_text("1")
    expect(first.locator(".jv-bars [data-top]")).to_have_count(0)

    # Drawing goes to the view whose canvas it is.
    new_visitor.stroke([(0.25, 0.2), (0.7, 0.2), (0.45, 0.85)])
    expect(first_maps).to_have_attribute("data-top", "7")
    expect(first_maps).to_have_attribute("data-exact", "true")
    assert second_maps.get_attribute("data-version") == "1"

    # So does a selected pixel, and the tab that is chosen.
    edge = second.locator(".jv-edge").nth(3)
    edge.scroll_into_view_if_needed()
    box = edge.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(second.locator(".jv-square[data-pinned]:visible")).not_to_have_count(0)
    expect(first.locator(".jv-square[data-pinned]:visible")).to_have_count(0)
    second.get_by_role("tab", name="Check").click()
    expect(second.get_by_role("tab", name="Check")).to_have_attribute("aria-selected", "true")
    expect(first.get_by_role("tab", name="Maps")).to_have_attribute("aria-selected", "true")

    # So do the controls of the view.
    second.get_by_role("radio", name="Each its own").click()
    expect(second_maps).to_contain_text("share of each map's own maximum")
    expect(first.get_by_role("radio", name="One for all")).to_be_checked()
    assert "share of each map's own maximum" not in first_maps.inner_text()

    # Keys act on the view that has the focus.
    second.get_by_role("tab", name="Check").focus()
    page.keyboard.press("o")
    overlays = [view.get_by_label("Map over the drawing") for view in (first, second)]
    for overlay, chosen in zip(overlays, ("", "top"), strict=True):
        expect(overlay).to_have_value(chosen)


def test_ids_are_unique(new_visitor: Visitor, second: Locator) -> None:
    second.get_by_role("tab", name="What if").click()
    new_visitor.canvas.scroll_into_view_if_needed()
    new_visitor.stroke(ONE[0])
    first = new_visitor.page.get_by_test_id("jacviz-maps").first
    expect(first).to_have_attribute("data-exact", "true")
    repeated = new_visitor.page.evaluate(
        """() => {
          const ids = [...document.querySelectorAll("[id^=jv-]")].map(({ id }) => id);
          return ids.filter((id, i) => ids.indexOf(id) !== i);
        }"""
    )
    assert repeated == []
