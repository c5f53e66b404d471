"""The page shows a model with seven named classes of 20 x 24 pixels as it shows LeNet-5."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Browser, expect

import jacviz
from jacviz.export import drawing_codec
from jacviz.preprocessing.frame import Frame

from browser.asking import tab
from browser.conftest import DESK, Kept
from browser.reading import agrees
from browser.visitor import FOUR, ONE, Visit, Visitor
from serving import Server
from shapes import HEIGHT, LABELS, WIDTH, shapes

pytestmark = pytest.mark.browser

TESTS = Path(__file__).parents[1]
M = len(LABELS)


@pytest.fixture(scope="module")
def shapes_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of an app that was told of the model."""
    path = os.pathsep.join([str(TESTS.parent), str(TESTS)])
    env = {**os.environ, "JACVIZ_MODELS": "shapes:shapes", "PYTHONPATH": path}
    with Server(["-m", "jacviz"], tmp_path_factory.mktemp("shapes"), env=env) as server:
        yield server.url


@pytest.fixture(scope="module")
def kept(shapes_app: str, chromium: Browser) -> Iterator[Kept]:
    """The page of `visitor`, which here shows the model."""
    context = chromium.new_context(**DESK)
    yield Kept(f"{shapes_app}/?network=shapes", context.new_page())
    context.close()


def _framed(visitor: Visitor) -> Frame:
    return shapes().frame(drawing_codec.decode(visitor.asked[-1]))


def _press(visitor: Visitor, row: int, column: int) -> None:
    """Hold on to a pixel of the third map."""
    box = visitor.maps.locator(".jv-edge").nth(2).bounding_box()
    assert box is not None
    x = box["x"] + box["width"] * (column + 0.5) / WIDTH
    visitor.page.mouse.click(x, box["y"] + box["height"] * (row + 0.5) / HEIGHT)


def test_there_is_a_map_of_its_shape_for_each_name_and_names_are_text(visitor: Visitor) -> None:
    expect(visitor.maps).to_contain_text("Draw a shape on the canvas")
    expect(visitor.maps).to_contain_text("Seven maps will show")
    shown = visitor.draw(FOUR)
    framed = _framed(visitor)
    answer = jacviz.sensitivity(shapes(), framed.image)
    assert shown.top == LABELS[answer.top]
    assert float(shown.probability) == pytest.approx(answer.probabilities[answer.top], abs=6e-5)
    assert float(shown.ink) == pytest.approx(framed.image.sum(), abs=0.01)
    titles = visitor.maps.locator(".jv-title b")
    assert tuple(titles.all_text_contents()) == LABELS
    bars = visitor.page.get_by_test_id("jacviz-reading").locator("li b")
    assert tuple(bars.all_text_contents()) == LABELS
    edges = [edge.bounding_box() for edge in visitor.maps.locator(".jv-edge").all()]
    assert len(edges) == M
    for box in edges:
        assert box is not None
        assert box["width"] / box["height"] == pytest.approx(WIDTH / HEIGHT, rel=0.01)
    frame = visitor.page.get_by_test_id("jacviz-reading").locator("canvas")
    assert frame.evaluate("canvas => [canvas.height, canvas.width]") == [HEIGHT, WIDTH]
    # Nowhere does a label become an element.
    made = "() => [...document.querySelectorAll('b')].filter(b => b.textContent === 'circle')"
    assert visitor.page.evaluate(f"({made})().length") == 0
    edge = edges[1]
    assert edge is not None
    x = edge["x"] + edge["width"] * 12.5 / WIDTH
    visitor.page.mouse.move(x, edge["y"] + edge["height"] * 10.5 / HEIGHT)
    hover = visitor.plot.locator(".hoverlayer")
    expect(hover).to_contain_text("shape <b>circle</b> · row 10, column 12")
    visitor.page.set_viewport_size({"width": 1440, "height": 900})
    excess = visitor.page.locator(".stMain").evaluate("m => m.scrollHeight - m.clientHeight")
    assert excess == 0
    assert visitor.errors == []


def test_every_tool_asks_about_its_pixels_and_classes(visitor: Visitor) -> None:
    visitor.draw(FOUR)
    answer = jacviz.sensitivity(shapes(), _framed(visitor).image)
    _press(visitor, 19, 23)
    inspector = visitor.page.get_by_test_id("jacviz-inspector")
    expect(inspector).to_contain_text("Row 19, column 23")
    numbers = inspector.locator("li span").all_text_contents()
    for text, derivative in zip(numbers, answer.jacobian()[:, 19, 23], strict=True):
        assert agrees(text, float(derivative), rounding=1e-6)

    tab(visitor, "What if").click()
    what_if = visitor.page.get_by_test_id("jacviz-what-if")
    expect(what_if).to_have_attribute("data-pixel", "19,23,0")
    assert set(what_if.locator("tbody th").all_text_contents()) < set(LABELS)

    tab(visitor, "Why a, not b").click()
    versus = visitor.page.get_by_test_id("jacviz-versus")
    versus.get_by_label("the class to explain").select_option(label="<b>circle</b>")
    versus.get_by_label("the class to compare it with").select_option(label="arrow & bow")
    expect(versus).to_have_attribute("data-classes", "1,5")
    expect(versus.locator("[data-fact=meaning]")).to_have_text(
        "More ink on orange speaks for <b>circle</b> and against arrow & bow, "
        "on blue for arrow & bow and against <b>circle</b>."
    )

    tab(visitor, "Make it another").click()
    toward = visitor.page.get_by_test_id("jacviz-toward")
    visitor.page.get_by_label("the class to make of it").select_option(label="square")
    expect(toward.locator("[data-fact=end]")).to_contain_text("It flips to square in")

    tab(visitor, "Check").click()
    visitor.page.get_by_role("button", name="Check every pixel").click()
    check = visitor.page.get_by_test_id("jacviz-check")
    expect(check).to_have_attribute("data-passed", "true")
    expect(check.locator("[data-fact=verdict]")).to_contain_text("480 of 480 pixels")
    expect(check.locator("[data-fact=worst]")).to_contain_text("at shape ")

    visitor.page.get_by_label("Map over the drawing").select_option(label="cross")
    overlay = visitor.page.get_by_test_id("jacviz-overlay").locator("canvas")
    assert overlay.evaluate("canvas => [canvas.height, canvas.width]") == [HEIGHT, WIDTH]
    expect(overlay).to_have_attribute("aria-label", re.compile("The map of cross,"))
    assert visitor.errors == []


@pytest.mark.slow
def test_what_is_saved_has_its_names_and_shape(visitor: Visitor, tmp_path: Path) -> None:
    visitor.draw(ONE)

    def save(label: str) -> Path:
        with visitor.page.expect_download() as download:
            visitor.page.get_by_role("button", name=label).click()
        path = tmp_path / download.value.suggested_filename
        download.value.save_as(path)
        return path

    visitor.page.get_by_role("button", name="Save").click()
    with np.load(save("Save the numbers"), allow_pickle=False) as numbers:
        assert tuple(numbers["labels"]) == LABELS
        assert numbers["jacobian"].shape == (M, HEIGHT, WIDTH)
        expected = jacviz.sensitivity(shapes(), numbers["frame"]).jacobian("probability")
        np.testing.assert_allclose(numbers["jacobian"], expected, atol=1e-6)
    assert Image.open(save("Save the frame")).size == (WIDTH, HEIGHT)
    assert Image.open(save("Save the picture")).height > 0
    assert "&lt;b&gt;circle&lt;/b&gt;" in save("Save it as SVG").read_text()
    assert 'get_model("shapes")' in save("Save a script").read_text()


@pytest.mark.slow
def test_a_link_and_the_networks_button_go_from_one_shape_to_another(
    visitor: Visitor, elsewhere: Visit
) -> None:
    first = visitor.draw(FOUR)
    before = visitor.shown()
    visitor.page.get_by_role("radio", name="Standard").click()
    digits = visitor.after(before)
    assert digits.top == "4"
    assert visitor.maps.locator(".jv-edge").count() == 10
    visitor.page.locator(".jv-layer").focus()
    _press_last_pixel_of_lenet5(visitor)
    expect(visitor.page.get_by_test_id("jacviz-inspector")).to_contain_text("Row 27, column 27")
    before = visitor.shown()
    visitor.page.get_by_role("radio", name="Shapes").click()
    again = visitor.after(before)
    assert (again.top, again.probability) == (first.top, first.probability)
    assert visitor.maps.locator(".jv-edge").count() == M
    # There is no such pixel here.
    expect(visitor.page.locator(".jv-layer .jv-square:visible")).to_have_count(0)
    _press(visitor, 3, 20)
    visitor.page.get_by_role("button", name="Copy link").click()
    visitor.page.wait_for_url("**drawing=*network=shapes**")
    other = elsewhere(visitor.page.url)
    restored = other.drawn()
    assert (restored.top, restored.probability) == (first.top, first.probability)
    expect(other.page.get_by_test_id("jacviz-inspector")).to_contain_text("Row 3, column 20")
    assert other.errors == visitor.errors == []


def _press_last_pixel_of_lenet5(visitor: Visitor) -> None:
    box = visitor.maps.locator(".jv-edge").nth(2).bounding_box()
    assert box is not None
    x = box["x"] + box["width"] * 27.5 / 28
    visitor.page.mouse.click(x, box["y"] + box["height"] * 27.5 / 28)
