"""The controls above the maps are the page's own: no server is needed to look otherwise."""

from collections.abc import Iterator

import numpy as np
import pytest
from playwright.sync_api import Page, expect

import jacviz
from jacviz.explain import attribute
from jacviz.export import drawing_codec
from jacviz.export.number_format import percent
from jacviz.models.registry import get_model

from browser.visitor import FOUR, HIDDEN_CANVAS, MAPS, Visitor
from serving import Server

pytestmark = pytest.mark.browser

# The maps are painted, in this view, by the browser.
SHOWN = """([maps, space, network, method]) => {
  const shown = document.querySelector(maps).dataset;
  return shown.settled === "true" && shown.engine === "browser" && shown.space === space
    && shown.network === network && shown.method === method;
}"""

READ = """async () => {
  const url = new URL("jacviz/static/canvas/adapter.js", document.baseURI);
  const { PageAdapter } = await import(url);
  return [...new PageAdapter(document.documentElement).readDrawing()];
}"""


@pytest.fixture
def own_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with Server(["-m", "jacviz"], tmp_path_factory.mktemp("own")) as server:
        yield server


def _choose(visitor: Visitor, name: str) -> None:
    visitor.page.get_by_role("radio", name=name, exact=True).click()


def _load(visitor: Visitor, network: str) -> None:
    """Switch to a network, and to and fro until the browser answers instead of the server."""
    _choose(visitor, get_model(network).title)
    expect(visitor.maps).to_have_attribute("data-network", network)
    while visitor.maps.get_attribute("data-engine") != "browser":
        for space in ("logit", "probability"):
            _choose(visitor, space.capitalize())
            expect(visitor.maps).to_have_attribute("data-space", space)
    _shows(visitor, "probability", network, "gradient")


def _shows(visitor: Visitor, space: str, network: str, method: str) -> None:
    visitor.wait(SHOWN, [MAPS, space, network, method])


@pytest.mark.slow
def test_space_scale_network_and_maps_change_without_a_server(
    own_server: Server, own_page: Page
) -> None:
    visitor = Visitor.visit(own_page, own_server.url)
    visitor.draw(FOUR)
    for network in ("readable", "standard"):
        _load(visitor, network)
    framed = jacviz.frame(drawing_codec.decode(bytes(visitor.page.evaluate(READ))))
    own_server.stop()

    for network in ("readable", "standard"):
        graph = jacviz.compile_jacobian(jacviz.load_lenet5(network), framed.image)
        answer = jacviz.sensitivity(graph, framed.image)
        probabilities = [percent(p) for p in answer.probabilities]
        _choose(visitor, get_model(network).title)
        for space in ("logit", "probability"):
            _choose(visitor, space.capitalize())
            for method in ("gradient-x-ink", "gradient"):
                visitor.page.get_by_role("combobox", name="Maps").select_option(method)
                _shows(visitor, space, network, method)
                assert visitor.maps.locator(".jv-p").all_inner_texts() == probabilities
                maps = attribute(graph, framed.image, method, space=space).maps
                maxima = visitor.maps.locator(".jv-max").all_inner_texts()
                # Two digits are shown.
                shown = [float(text[1:].replace("\u2212", "-")) for text in maxima]
                assert shown == pytest.approx(np.abs(maps).max(axis=(1, 2)).tolist(), rel=0.051)
    before = visitor.picture()
    _choose(visitor, "Each its own")
    expect(visitor.maps).to_contain_text("share of each map's own maximum")
    assert visitor.picture() != before
    for radio in visitor.page.locator(".st-key-view-controls").get_by_role("radio").all():
        expect(radio).to_be_enabled()


def test_streamlit_hears_of_no_change_until_it_needs_the_view(visitor: Visitor) -> None:
    shown = visitor.draw(FOUR)
    before = visitor.told
    for name in ("Logit", "Each its own", get_model("readable").title):
        _choose(visitor, name)
        shown = visitor.after(shown)
    visitor.page.get_by_role("combobox", name="Maps").select_option("gradient-x-ink")
    visitor.after(shown)
    # Whatever a change had put off would come before what this makes the page say.
    visitor.page.get_by_role("button", name="Save").click()
    expect(visitor.page.get_by_role("button", name="Save the frame")).to_be_enabled()
    opened, drawing = 1, 1
    assert visitor.told == before + opened + drawing


@pytest.mark.slow
def test_a_view_that_changes_below_the_open_menu_is_what_is_saved(visitor: Visitor) -> None:
    visitor.draw(FOUR)
    visitor.page.get_by_role("button", name="Save", exact=True).click()
    button = visitor.page.get_by_role("button", name="Save the numbers")
    expect(button).to_be_enabled()
    for key, space in (("3", "logit"), ("2", "log-probability")):
        visitor.page.keyboard.press(key)
        expect(visitor.maps).to_have_attribute("data-space", space)
        expect(visitor.page.locator(".st-key-files")).not_to_have_attribute("inert", "")
        with visitor.page.expect_download() as download:
            button.click()
        with np.load(download.value.path(), allow_pickle=False) as saved:
            assert str(saved["space"]) == space


def test_arrow_keys_choose_within_a_group_and_tab_leaves_it(visitor: Visitor) -> None:
    page, keyboard = visitor.page, visitor.page.keyboard
    outputs = page.get_by_role("radiogroup", name="Output").get_by_role("radio")
    outputs.first.focus()
    for key, chosen in (("ArrowRight", 1), ("ArrowDown", 2), ("ArrowRight", 0), ("ArrowLeft", 2)):
        keyboard.press(key)
        expect(outputs.nth(chosen)).to_be_focused()
        expect(outputs.nth(chosen)).to_be_checked()
        assert [radio.is_checked() for radio in outputs.all()].count(True) == 1
    keyboard.press("Tab")
    expect(page.get_by_role("radio", name="One for all")).to_be_focused()
    keyboard.press("Shift+Tab")
    expect(outputs.nth(2)).to_be_focused()
    page.get_by_role("combobox", name="Maps").focus()
    keyboard.press("ArrowDown")
    expect(page.get_by_role("combobox", name="Maps")).to_have_value("gradient-x-ink")
    assert visitor.errors == []


@pytest.mark.parametrize("width", [1440, 390])
def test_the_networks_are_explained_within_the_window(visitor: Visitor, width: int) -> None:
    visitor.page.set_viewport_size({"width": width, "height": 844})
    help_button = visitor.page.get_by_role("button", name="Help for Network")
    help_button.focus()
    tip = visitor.page.get_by_role("tooltip")
    for network in ("standard", "readable"):
        model = get_model(network)
        expect(tip).to_contain_text(f"{model.title}: {model.description}")
    box = tip.bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= width
    visitor.page.keyboard.press("Escape")
    expect(tip).to_be_hidden()
    help_button.blur()
    help_button.hover()
    expect(tip).to_be_visible()


@pytest.mark.slow
def test_where_streamlit_follows_the_canvas_it_follows_the_view_too(
    app: str, own_page: Page
) -> None:
    """As if a new version of the canvas had hidden its inside."""
    own_page.add_init_script(HIDDEN_CANVAS)
    with own_page.expect_console_message(lambda line: "cannot be read" in line.text):
        visitor = Visitor.visit(own_page, app)
    before = visitor.shown()
    visitor.stroke(FOUR[0])
    before = visitor.after(before)
    _choose(visitor, "Logit")
    expect(visitor.maps).to_have_attribute("data-space", "logit")
    _choose(visitor, get_model("readable").title)
    expect(visitor.maps).to_have_attribute("data-network", "readable")
    visitor.settled()
    visitor.page.get_by_role("button", name="Save", exact=True).click()
    with own_page.expect_download() as download:
        own_page.get_by_role("button", name="Save the numbers").click()
    with np.load(download.value.path(), allow_pickle=False) as saved:
        assert (str(saved["space"]), str(saved["network"])) == ("logit", "readable")
