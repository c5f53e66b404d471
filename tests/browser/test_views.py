"""Two networks and four kinds of maps: a person switches, the drawing stays, the rest follows."""

import io
import re
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import expect

import jacviz
from jacviz.explain import Attribution, attribute
from jacviz.explain.attribution_specs import ATTRIBUTIONS, AttributionName
from jacviz.explain.sensitivity import Sensitivity
from jacviz.export import drawing_codec
from jacviz.export.number_format import percent
from jacviz.models.registry import get_model

from browser.visitor import FOUR, MAPS, NEWER, SEVEN, SIZES, Shown, Visitor

pytestmark = pytest.mark.browser


def _library(
    visitor: Visitor, network: str, method: AttributionName = "gradient"
) -> tuple[Sensitivity, Attribution]:
    """What the library says of the ink that the page asked about last."""
    framed = jacviz.frame(drawing_codec.decode(visitor.asked[-1]))
    graph = jacviz.compile_jacobian(jacviz.load_lenet5(network), framed.image)
    return jacviz.sensitivity(graph, framed.image), attribute(graph, framed.image, method)


def _choose_network(visitor: Visitor, label: str) -> Shown:
    before = visitor.shown()
    visitor.page.get_by_role("radio", name=label, exact=True).click()
    return visitor.after(before)


def _choose_maps(visitor: Visitor, label: str) -> Shown:
    before = visitor.shown()
    visitor.page.get_by_role("combobox", name="Maps").select_option(label=label)
    return visitor.after(before)


def _assert_shown(visitor: Visitor, sensed: Sensitivity, found: Attribution) -> None:
    """The page's numbers are these, to the digits shown."""
    bars = visitor.page.get_by_test_id("jacviz-reading").locator("li span").all_inner_texts()
    assert bars == [percent(p) for p in sensed.probabilities]
    assert visitor.maps.locator(".jv-p").all_inner_texts() == bars
    largest = np.abs(found.maps).max(axis=(1, 2))
    maxima = visitor.maps.locator(".jv-max").all_inner_texts()
    for text, value in zip(maxima, largest, strict=True):
        shown = float(text[1:].replace("\u2212", "-"))
        # Two digits are shown, and of derivatives three: at most half a step of the last is off.
        assert shown == pytest.approx(float(value), rel=0.051)
    words = visitor.plot.evaluate("plot => plot.data[0].text")
    for k, one in enumerate(found.maps):
        top, left = 34 * (k // 5), 31 * (k % 5)
        for row, column in ((7, 10), (14, 14), (20, 17)):
            text = words[top + row][left + column].rsplit("= ", 1)[1].replace("\u2212", "-")
            expected = float(one[row, column])
            assert float(text) == pytest.approx(expected, rel=0.0051, abs=2e-4 * float(largest[k]))


@pytest.mark.slow
def test_switching_the_network_changes_answer_and_maps_and_keeps_the_drawing(
    visitor: Visitor,
) -> None:
    standard = visitor.draw(FOUR)
    drawn, picture = visitor.asked[-1], visitor.picture()
    _assert_shown(visitor, *_library(visitor, "standard"))

    readable = _choose_network(visitor, get_model("readable").title)
    assert visitor.asked[-1] == drawn
    assert readable.ink == standard.ink
    assert readable.probability != standard.probability
    assert visitor.picture() != picture
    _assert_shown(visitor, *_library(visitor, "readable"))
    expect(visitor.maps.get_by_role("status").first).to_contain_text("The readable network reads 4")

    again = _choose_network(visitor, get_model("standard").title)
    assert again.probability == standard.probability
    assert visitor.picture() == picture
    assert visitor.errors == []


def test_each_kind_of_map_says_what_it_means_and_shows_the_librarys_numbers(
    visitor: Visitor,
) -> None:
    gradient = visitor.draw(SEVEN)
    pictures = {visitor.picture()}
    _choose_network(visitor, get_model("readable").title)
    for method, kind in list(ATTRIBUTIONS.items())[1:]:
        shown = _choose_maps(visitor, kind.label)
        assert shown.ink == gradient.ink
        pictures.add(visitor.picture())
        sensed, found = _library(visitor, "readable", method)
        _assert_shown(visitor, sensed, found)
        text = visitor.maps.locator(".jv-help").inner_text()
        assert kind.meaning in text
        assert 'Captum computes the same maps: pip install "jacviz[attributions]"' in text
        assert ("miss it by at most" in text) == (found.residual is not None)
        expect(visitor.maps.locator(".jv-caption")).to_contain_text(kind.unit_of("probability"))
        summary = visitor.maps.get_by_role("img").first
        expect(summary).to_have_attribute("aria-label", re.compile(re.escape(kind.meaning)))
    assert len(pictures) == 4
    assert visitor.errors == []


def test_integrated_gradients_show_what_their_sums_lack(visitor: Visitor) -> None:
    visitor.draw(FOUR)
    _choose_maps(visitor, "Integrated gradients")
    _, found = _library(visitor, "standard", "integrated-gradients")
    assert found.residual is not None
    text = visitor.maps.locator(".jv-help").inner_text()
    said = re.search(r"at most ([\d.e\u2212]+)\.", text)
    assert said is not None
    # Both are the rounding of float32 sums, which differ a little.
    expected = float(np.abs(found.residual).max())
    assert float(said[1].replace("\u2212", "-")) == pytest.approx(expected, rel=0.05, abs=1e-6)


@pytest.mark.slow
def test_the_slowest_maps_follow_the_pen_while_it_is_down(visitor: Visitor) -> None:
    visitor.draw(FOUR[:1])
    _choose_maps(visitor, "Integrated gradients")
    box = visitor.canvas.bounding_box()
    assert box is not None
    mouse = visitor.page.mouse
    mouse.move(box["x"] + 100, box["y"] + 80)
    mouse.down()
    for step in range(1, 5):
        before = visitor.shown()
        mouse.move(box["x"] + 100 + 10 * step, box["y"] + 80 + 20 * step, steps=2)
        visitor.wait(NEWER, [MAPS, before.version])
        seen = visitor.maps.evaluate("root => [root.dataset.method, root.dataset.exact]")
        assert seen == ["integrated-gradients", "false"]
    mouse.up()
    visitor.settled()
    _assert_shown(visitor, *_library(visitor, "standard", "integrated-gradients"))


def test_what_is_taken_along_is_of_the_network_and_the_maps_shown(
    visitor: Visitor, tmp_path: Path
) -> None:
    visitor.draw(FOUR)
    _choose_network(visitor, get_model("readable").title)
    _choose_maps(visitor, "Integrated gradients")
    visitor.page.get_by_role("button", name="Save").click()
    numbers = visitor.page.get_by_role("button", name="Save the numbers")
    expect(numbers).to_be_enabled()
    visitor.settled()  # Streamlit renders the button anew where it still runs
    with visitor.page.expect_download() as download:
        numbers.click()
    download.value.save_as(tmp_path / "kept.npz")
    sensed, found = _library(visitor, "readable", "integrated-gradients")
    with np.load(io.BytesIO((tmp_path / "kept.npz").read_bytes()), allow_pickle=False) as kept:
        assert str(kept["network"]) == "readable"
        assert str(kept["method"]) == "integrated-gradients"
        assert np.allclose(kept["maps"], found.maps, atol=1e-6)
        assert np.allclose(kept["probabilities"], sensed.probabilities, atol=1e-6)
        assert kept["residual"].shape == (10,)


def test_the_longest_explanation_needs_no_scrolling(visitor: Visitor) -> None:
    visitor.draw(FOUR)
    _choose_maps(visitor, "Integrated gradients")
    for width, height in SIZES:
        visitor.page.set_viewport_size({"width": width, "height": height})
        assert visitor.excess(".stMain") == [0, 0]
