"""What goes wrong is said on the page, and the drawing survives it."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from jacviz.places import APP, ASSETS

from browser.studio import FOUR, MAPS, Studio
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


def test_damaged_weights_are_named_and_once_mended_the_drawing_is_answered(
    damaged: Server, copy: Path, own_page: Page
) -> None:
    page = own_page
    studio = Studio(page)
    page.goto(damaged.url)
    studio.sheet.wait_for(timeout=60_000)
    for points in FOUR:
        studio.stroke(points)
    expect(page.locator(MAPS)).to_contain_text("lenet5.safetensors", timeout=20_000)
    expect(page.locator(MAPS)).to_contain_text("your drawing is kept")

    shutil.copy(ASSETS / "lenet5.safetensors", copy / "assets")
    page.wait_for_function(
        "maps => document.querySelector(maps)?.dataset.top === '4'", arg=MAPS, timeout=20_000
    )
    expect(page.locator(MAPS)).not_to_contain_text("your drawing is kept")
    assert "lenet5.safetensors" in damaged.log.read_text()
