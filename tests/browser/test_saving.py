"""What can be taken along, and that it is what the page shows."""

from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import expect

import jacviz
from jacviz.export.png import WIDTH
from jacviz.models.lenet5 import LeNet5

from browser.visitor import FOUR, Visitor

pytestmark = pytest.mark.browser


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
    visitor.page.get_by_role("button", name="Save").click()
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


def test_nothing_can_be_saved_of_an_empty_canvas(visitor: Visitor) -> None:
    visitor.page.get_by_role("button", name="Save").click()
    for label in ("Save the numbers", "Save the picture", "Save a script"):
        expect(visitor.page.get_by_role("button", name=label)).to_be_disabled()
