"""What goes wrong is said on the page, and the drawing survives it."""

import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import Browser, Page, expect

from jacviz.resources import APP, ASSETS

from browser.asking import open_panel
from browser.visitor import FOUR, MAPS, Visitor
from serving import Server

pytestmark = pytest.mark.browser


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of jacviz whose files a test may damage."""
    copy = tmp_path / "copy"
    skip = shutil.ignore_patterns("__pycache__")
    shutil.copytree(APP.parent / "jacviz", copy / "jacviz", ignore=skip)
    shutil.copytree(ASSETS, copy / "assets")
    shutil.copytree(APP.parent / ".streamlit", copy / ".streamlit")
    shutil.copy(APP, copy)
    return copy


@pytest.fixture
def damaged(copy: Path) -> Iterator[Server]:
    (copy / "assets" / "lenet5.safetensors").write_bytes(b"these are no weights")
    with Server(["-m", "jacviz"], copy, env=os.environ | {"PYTHONPATH": str(copy)}) as server:
        yield server


@pytest.mark.slow
def test_damaged_weights_are_named_in_the_log_and_once_mended_the_drawing_is_answered(
    damaged: Server, copy: Path, own_page: Page
) -> None:
    page = own_page
    visitor = Visitor(page)
    page.goto(damaged.url)
    visitor.canvas.wait_for(timeout=60_000)
    for points in FOUR:
        visitor.stroke(points)
    expect(page.locator(MAPS)).to_contain_text("the server's log says why", timeout=20_000)
    expect(page.locator(MAPS)).to_contain_text("your drawing is kept")

    shutil.copy(ASSETS / "lenet5.safetensors", copy / "assets")
    page.wait_for_function(
        "maps => document.querySelector(maps)?.dataset.top === '4'", arg=MAPS, timeout=20_000
    )
    expect(page.locator(MAPS)).not_to_contain_text("your drawing is kept")
    assert "lenet5.safetensors" in damaged.log.read_text()


@pytest.fixture(
    params=[
        pytest.param(None, id="missing"),
        pytest.param(b"these are no digits", id="damaged", marks=pytest.mark.slow),
    ]
)
def without_digits(copy: Path, request: pytest.FixtureRequest) -> Iterator[Server]:
    (copy / "assets" / "digits.npz").unlink()
    if request.param:
        (copy / "assets" / "digits.npz").write_bytes(request.param)
    with Server(["-m", "jacviz"], copy, env=os.environ | {"PYTHONPATH": str(copy)}) as server:
        yield server


def test_without_sample_digits_the_page_says_so_and_the_rest_works(
    without_digits: Server, copy: Path, chromium: Browser
) -> None:
    context = chromium.new_context(viewport={"width": 1440, "height": 900})
    visitor = Visitor.visit(context.new_page(), f"{without_digits.url}/?tour=2")
    fault = r"digits\.npz is (missing|damaged)\."
    alerts = visitor.page.get_by_test_id("stPopoverBody").get_by_role("alert")
    expect(alerts).to_have_text(
        [
            re.compile(rf"^This stop of the tour cannot be shown: {fault}$"),
            re.compile(rf"^There are no sample digits: {fault}$"),
        ]
    )
    visitor.page.keyboard.press("Escape")
    expect(alerts).to_have_count(0)
    assert visitor.draw(FOUR).top == "4"
    open_panel(visitor)
    picture = Image.new("L", (60, 60), 255)
    ImageDraw.Draw(picture).line([(15, 12), (45, 12), (28, 50)], fill=0, width=6)
    picture.save(copy / "seven.png")
    before = visitor.shown()
    visitor.page.locator("input[type=file]").set_input_files(copy / "seven.png")
    assert visitor.after(before).top == "7"
    expect(visitor.page.get_by_test_id("stException")).to_have_count(0)
    assert visitor.errors == []
    assert "Traceback" not in without_digits.log.read_text()
    context.close()
