"""What can be taken along, and that it is what the page shows."""

import hashlib
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect

import jacviz
from jacviz.export import drawing_codec
from jacviz.export.png import WIDTH
from jacviz.models.lenet5 import LeNet5

from browser.expected import canvas
from browser.visitor import ANSWER, FOUR, MAPS, NEWER, Visitor

pytestmark = pytest.mark.browser


def _menu(visitor: Visitor) -> Locator:
    return visitor.page.get_by_role("button", name="Save", exact=True)


def _save(visitor: Visitor, label: str, folder: Path) -> Path:
    with visitor.page.expect_download() as download:
        visitor.page.get_by_role("button", name=label).click()
    path = folder / download.value.suggested_filename
    download.value.save_as(path)
    return path


def test_numbers_pictures_and_script_tell_of_the_drawing(
    visitor: Visitor, lenet5: LeNet5, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    drawn = visitor.draw(FOUR)
    _menu(visitor).click()
    with np.load(_save(visitor, "Save the numbers", tmp_path), allow_pickle=False) as kept:
        frame = kept["frame"]
        sensed = jacviz.sensitivity(lenet5, frame)
        assert float(frame.sum()) == pytest.approx(float(drawn.ink), abs=0.006)
        assert np.allclose(kept["jacobian"], sensed.jacobian("probability"), atol=1e-6)
        assert np.allclose(kept["probabilities"], sensed.probabilities, atol=1e-6)

    assert Image.open(_save(visitor, "Save the picture", tmp_path)).width == WIDTH
    svg = ElementTree.parse(_save(visitor, "Save it as SVG", tmp_path))
    assert len(svg.findall("{http://www.w3.org/2000/svg}image")) == 10
    seen = np.asarray(Image.open(_save(visitor, "Save the frame", tmp_path)))
    np.testing.assert_array_equal(seen, np.rint(255 * frame))

    names: dict[str, object] = {}
    exec(_save(visitor, "Save a script", tmp_path).read_text(), names)
    assert f"4 {drawn.probability}" in capsys.readouterr().out
    np.testing.assert_allclose(names["J"], sensed.jacobian("probability"), atol=1e-6)
    assert visitor.errors == []


# Draws a bar without pen or mouse and at once presses the first of the files; returns whether
# that leaves the menu waiting.
PRESS_AFTER_A_BAR = """() => {
  const host = [...document.querySelectorAll(".st-key-canvas *")]
    .find((it) => it.shadowRoot?.querySelector("canvas.lower-canvas"));
  const canvas = host.shadowRoot.querySelector(".canvas-container canvas.lower-canvas");
  canvas.getContext("2d").fillRect(40, 40, 30, 150);
  const files = document.querySelector(".st-key-files");
  files.querySelector("button").click();
  return files.inert;
}"""


def _assert_saves_the_canvas(visitor: Visitor, lenet5: LeNet5, folder: Path) -> None:
    """Save the numbers at once; they have to be the library's for what is on the canvas then."""
    before = canvas(visitor)
    with np.load(_save(visitor, "Save the numbers", folder), allow_pickle=False) as kept:
        np.testing.assert_array_equal(canvas(visitor), before)
        visitor.settled()
        drawing = visitor.asked[-1]
        assert kept["source_sha256"] == hashlib.sha256(drawing).hexdigest()
        frame = jacviz.frame(drawing_codec.decode(drawing)).image
        np.testing.assert_array_equal(kept["frame"], frame)
        # The page reduces what it reads, which moves the ink a little.
        assert frame.sum() == pytest.approx(jacviz.frame(before).image.sum(), abs=1.5)
        jacobian = jacviz.sensitivity(lenet5, frame).jacobian("probability")
        np.testing.assert_allclose(kept["jacobian"], jacobian, atol=1e-6)


@pytest.mark.slow
def test_a_menu_that_is_opened_at_once_after_pen_up_saves_the_last_stroke(
    visitor: Visitor, lenet5: LeNet5, tmp_path: Path
) -> None:
    visitor.draw(FOUR[:1])
    visitor.stroke(FOUR[1])
    _menu(visitor).click()
    _assert_saves_the_canvas(visitor, lenet5, tmp_path)


@pytest.mark.slow
def test_a_menu_that_was_open_while_one_drew_on_saves_what_is_on_the_canvas(
    visitor: Visitor, lenet5: LeNet5, tmp_path: Path
) -> None:
    visitor.draw(FOUR[:1])
    _menu(visitor).click()
    _assert_saves_the_canvas(visitor, lenet5, tmp_path)
    # The pen closes the menu, as anything pressed beside it does.
    visitor.stroke(FOUR[1])
    _menu(visitor).click()
    _assert_saves_the_canvas(visitor, lenet5, tmp_path)
    assert visitor.errors == []


@pytest.mark.slow
def test_what_changes_below_an_open_menu_is_never_saved_as_it_was(
    visitor: Visitor, lenet5: LeNet5, tmp_path: Path
) -> None:
    visitor.draw(FOUR)
    _menu(visitor).click()
    _assert_saves_the_canvas(visitor, lenet5, tmp_path)
    downloads: list[str] = []
    visitor.page.on("download", lambda one: downloads.append(one.suggested_filename))
    assert visitor.page.evaluate(PRESS_AFTER_A_BAR)
    expect(visitor.page.locator(".st-key-files")).not_to_have_attribute("inert", "")
    assert downloads == []
    _assert_saves_the_canvas(visitor, lenet5, tmp_path)


@pytest.mark.slow
def test_where_the_server_has_to_follow_the_canvas_each_finished_stroke_can_be_saved(
    app: str, own_page: Page, tmp_path: Path
) -> None:
    """The page gives up reading the canvas where its requests are refused for good."""
    own_page.route(f"**{ANSWER}?*", lambda route: route.fulfill(status=404))
    given_up = "the maps follow each finished stroke instead"
    with own_page.expect_console_message(lambda said: given_up in said.text):
        own_page.goto(app)
    visitor = Visitor(own_page)
    visitor.plot.locator(".imagelayer image").wait_for(timeout=60_000)
    for points in FOUR:
        before = visitor.shown()
        visitor.stroke(points)
        visitor.wait(NEWER, [MAPS, before.version])
        _menu(visitor).click()
        with np.load(_save(visitor, "Save the numbers", tmp_path), allow_pickle=False) as kept:
            assert float(kept["frame"].sum()) == pytest.approx(float(visitor.shown().ink), abs=6e-3)
        _menu(visitor).click()


def test_nothing_can_be_saved_of_an_empty_canvas(visitor: Visitor) -> None:
    _menu(visitor).click()
    for label in ("Save the numbers", "Save the picture", "Save a script"):
        expect(visitor.page.get_by_role("button", name=label)).to_be_disabled()
