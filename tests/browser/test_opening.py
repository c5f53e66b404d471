"""Samples and pictures from elsewhere: opened as a person would."""

import base64
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Locator, expect

import jacviz
from jacviz.app.samples import samples
from jacviz.models.lenet5 import LeNet5

from browser.asking import open_panel
from browser.visitor import FOUR, ONE, Shown, Visitor, dressed

pytestmark = pytest.mark.browser

CLEAR = "Reset canvas & history"


def _content(shown: Shown) -> tuple[str, str, str]:
    return shown.top, shown.probability, shown.ink


def _open(visitor: Visitor) -> None:
    open_panel(visitor).get_by_role("group", name="Sample digits").wait_for()


def _choose(visitor: Visitor, name: str) -> Shown:
    before = visitor.shown()
    _open(visitor)
    visitor.page.get_by_role("button", name=name, exact=True).click()
    return visitor.after(before)


@pytest.mark.parametrize(
    ("name", "number"), [("a hard 3", 13), pytest.param("a 4", 4, marks=pytest.mark.slow)]
)
def test_one_press_lays_a_sample_on_the_canvas_and_it_is_read_as_the_sample(
    new_visitor: Visitor, lenet5: LeNet5, name: str, number: int
) -> None:
    shown = _choose(new_visitor, name)
    expected = jacviz.sensitivity(lenet5, jacviz.frame(samples()[number]).image)
    assert shown.top == str(expected.top)
    assert float(shown.probability) == pytest.approx(expected.probabilities[expected.top], abs=1e-4)
    expect(new_visitor.page.get_by_role("group", name="Sample digits")).to_be_hidden()
    assert new_visitor.errors == []


def test_what_was_opened_can_be_drawn_on_undone_and_cleared(new_visitor: Visitor) -> None:
    sample = _choose(new_visitor, "a 7")
    both = new_visitor.draw(ONE)
    assert _content(both) != _content(sample)
    assert _content(new_visitor.press("Undo")) == _content(sample)
    assert _content(new_visitor.press("Redo")) == _content(both)
    assert _content(new_visitor.press(CLEAR)) == ("", "", "0.00")
    assert _content(_choose(new_visitor, "a 7")) == _content(sample)
    assert new_visitor.press(CLEAR).top == ""
    assert new_visitor.draw(FOUR).top == "4"


def _alert(visitor: Visitor) -> Locator:
    """What the Open panel says is wrong."""
    return visitor.page.get_by_test_id("stPopoverBody").get_by_role("alert")


def _refuse(visitor: Visitor, folder: Path, how: str) -> None:
    """Give the page what is no picture of a digit."""
    if how == "paste":
        visitor.page.evaluate(PASTE, base64.b64encode(b"no picture").decode())
        return
    file = folder / "refused.png"
    if how == "upload":
        file.write_text("A letter, not a picture")
    else:
        Image.new("RGB", (200, 200), "white").save(file)
    _open(visitor)
    visitor.page.locator("input[type=file]").set_input_files(file)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("how", "words"),
    [
        ("blank", "shows no digit"),
        pytest.param("upload", "not an image", marks=pytest.mark.slow),
        pytest.param("paste", "not an image", marks=pytest.mark.slow),
    ],
)
def test_what_is_refused_is_said_in_the_panel_until_the_next_success(
    new_visitor: Visitor, tmp_path: Path, how: str, words: str
) -> None:
    drawn = new_visitor.draw(FOUR)
    _refuse(new_visitor, tmp_path, how)
    expect(_alert(new_visitor)).to_contain_text(words)
    expect(_alert(new_visitor)).to_contain_text("Your drawing is kept")
    assert _content(new_visitor.settled()) == _content(drawn)
    assert dressed(new_visitor.page)

    new_visitor.page.get_by_role("button", name="a 7", exact=True).click()
    assert new_visitor.after(drawn).top == "7"
    _open(new_visitor)
    expect(_alert(new_visitor)).to_have_count(0)
    assert new_visitor.errors == []


def test_a_picture_is_uploaded_and_a_file_that_is_none_leaves_the_drawing(
    new_visitor: Visitor, tmp_path: Path
) -> None:
    drawn = new_visitor.draw(FOUR)
    _open(new_visitor)
    bad = tmp_path / "bad.png"
    bad.write_bytes(b"\x80\x04these are no pixels")
    new_visitor.page.locator("input[type=file]").set_input_files(bad)
    expect(_alert(new_visitor)).to_contain_text("bad.png is not an image")
    expect(_alert(new_visitor)).to_contain_text("Your drawing is kept")
    assert _content(new_visitor.settled()) == _content(drawn)

    photo = Image.fromarray(255 - samples()[2]).resize((600, 600), Image.Resampling.BICUBIC)
    photo.convert("RGB").save(tmp_path / "two.jpg")
    new_visitor.page.locator("input[type=file]").set_input_files(tmp_path / "two.jpg")
    assert new_visitor.after(drawn).top == "2"


PASTE = """async text => {
  const bytes = Uint8Array.from(atob(text), c => c.charCodeAt(0));
  const clipboardData = new DataTransfer();
  clipboardData.items.add(new File([bytes], "image.png", {type: "image/png"}));
  document.body.dispatchEvent(new ClipboardEvent("paste", {clipboardData, bubbles: true}));
}"""


def test_a_picture_can_be_pasted(new_visitor: Visitor, tmp_path: Path) -> None:
    drawn = new_visitor.draw(ONE)
    Image.fromarray(np.pad(samples()[5], 30)).save(tmp_path / "five.png")
    text = base64.b64encode((tmp_path / "five.png").read_bytes()).decode()
    new_visitor.page.evaluate(PASTE, text)
    assert new_visitor.after(drawn).top == "5"

    new_visitor.page.evaluate(PASTE, base64.b64encode(b"no picture").decode())
    expect(_alert(new_visitor)).to_contain_text("not an image")
    assert new_visitor.settled().top == "5"
