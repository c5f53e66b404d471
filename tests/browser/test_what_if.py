"""The what-if brush: for each amount of ink, what the Jacobian predicts beside what is true."""

import numpy as np
import pytest
from playwright.sync_api import Locator, expect

import jacviz
from jacviz.graph import CompiledJacobian, compile_jacobian
from jacviz.lenet import LeNet5
from jacviz.live import drawing
from jacviz.questions import WhatIf, brush, what_if

from browser.reading import agrees
from browser.studio import FOUR, Studio

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def graph(lenet5: LeNet5) -> CompiledJacobian:
    return compile_jacobian(lenet5, np.zeros((1, 28, 28), np.float32))


def _pin(studio: Studio, row: int, column: int) -> Locator:
    """Press a pixel of a map, open the brush; its panel."""
    box = studio.maps.locator(".jv-edge").nth(5).bounding_box()
    assert box is not None
    x, y = box["width"] * (column + 0.5) / 28, box["height"] * (row + 0.5) / 28
    studio.page.mouse.click(box["x"] + x, box["y"] + y)
    studio.page.get_by_role("button", name="What if").click()
    return studio.page.get_by_test_id("jacviz-what-if")


def _answered(panel: Locator, row: int, column: int, radius: int) -> None:
    expect(panel).to_have_attribute("data-pixel", f"{row},{column},{radius}")
    expect(panel).not_to_have_attribute("data-waits", "")


def _asked(studio: Studio, graph: CompiledJacobian, row: int, column: int, radius: int) -> WhatIf:
    """What the library says about the drawing that the page asked about last."""
    image = jacviz.frame(drawing.decode(studio.asked[-1])).image
    return what_if(graph, image, brush(image.shape, (row, column), radius))


def _choose(panel: Locator, found: WhatIf, index: int) -> None:
    panel.get_by_role("slider").fill(f"{found.amounts[index]:.2f}")


def _shows(panel: Locator, found: WhatIf, index: int) -> list[int]:
    """Assert that the table shows the library's numbers at one amount; the classes it shows."""
    classes = []
    for row in panel.locator("tbody tr").all():
        label, predicted, true = row.locator("th, td").all_inner_texts()
        classes.append(int(label))
        assert agrees(predicted, found.predicted[index, int(label)], rounding=1e-6)
        assert agrees(true, found.true[index, int(label)], rounding=1e-6)
    return classes


def test_predicted_and_true_are_the_librarys_for_random_drawings(
    studio: Studio, graph: CompiledJacobian
) -> None:
    random = np.random.default_rng(7)
    for radius in range(4):
        studio.draw([[(float(x), float(y)) for x, y in 0.2 + 0.6 * random.random((3, 2))]])
        row, column = (int(n) for n in random.integers(6, 22, 2))
        panel = _pin(studio, row, column)
        panel.get_by_role("radio", name=str(radius)).check()
        _answered(panel, row, column, radius)
        found = _asked(studio, graph, row, column, radius)
        for index in (0, 8, 20, 21, 40):
            _choose(panel, found, index)
            shown = _shows(panel, found, index)
        # Those classes are shown that move most.
        moves = np.abs(found.true - found.true[20]).max(axis=0)
        assert sorted(moves[shown]) == pytest.approx(sorted(moves)[-len(shown) :], abs=1e-9)
        studio.page.keyboard.press("Escape")


def test_the_plot_draws_a_line_and_a_curve_and_shades_what_is_no_ink(
    studio: Studio, graph: CompiledJacobian
) -> None:
    studio.draw(FOUR)
    panel = _pin(studio, 15, 12)
    _answered(panel, 15, 12, 0)
    found = _asked(studio, graph, 15, 12, 0)
    plot = panel.locator("svg")
    limit = float(plot.get_attribute("data-limit") or 0)
    for kind, expected in (("predicted", found.predicted), ("true", found.true)):
        for curve in plot.locator(f"polyline.jv-{kind}").all():
            digit = int(curve.get_attribute("data-class") or "")
            points = (curve.get_attribute("points") or "").split()
            heights = np.array([float(point.split(",")[1]) for point in points])
            # The middle of the plot is no change, its edges are the limit.
            middle, half = heights[20], 42
            change = expected[:, digit] - found.true[20, digit]
            assert (middle - heights) / half * limit == pytest.approx(
                change, abs=1e-6 + limit / 1e6
            )
    least, most = found.room
    share = ((max(-1, least) + 1) + (1 - min(1, most))) / 2
    shaded = plot.locator("rect.jv-no-ink").evaluate_all(
        "all => all.reduce((sum, one) => sum + one.width.baseVal.value, 0)"
    )
    assert shaded / 220 == pytest.approx(share, abs=1e-6)


def test_an_amount_that_leaves_no_ink_is_called_so(studio: Studio, graph: CompiledJacobian) -> None:
    studio.draw(FOUR)
    panel = _pin(studio, 1, 1)  # paper, from which no ink can be taken
    _answered(panel, 1, 1, 0)
    found = _asked(studio, graph, 1, 1, 0)
    _choose(panel, found, 10)
    expect(panel.locator("small")).to_contain_text("this is none")
    _choose(panel, found, 30)
    expect(panel.locator("small")).not_to_contain_text("this is none")


def test_it_follows_the_pixel_and_the_drawing(studio: Studio, graph: CompiledJacobian) -> None:
    studio.draw(FOUR[:1])
    panel = _pin(studio, 12, 9)
    studio.page.get_by_role("button", name="one pixel down").click()
    _answered(panel, 13, 9, 0)
    _shows(panel, _asked(studio, graph, 13, 9, 0), 30)
    before = panel.locator("tbody").inner_text()
    studio.draw(FOUR[1:])
    expect(panel.locator("tbody")).not_to_have_text(before)
    _answered(panel, 13, 9, 0)
    _shows(panel, _asked(studio, graph, 13, 9, 0), 30)
    assert studio.complaints == []


@pytest.mark.parametrize("size", [(1440, 900), (1024, 768)])
def test_the_screen_still_needs_no_scrolling(studio: Studio, size: tuple[int, int]) -> None:
    studio.page.set_viewport_size({"width": size[0], "height": size[1]})
    studio.draw(FOUR)
    save = studio.page.locator(".st-key-keep")
    before = save.bounding_box()
    panel = _pin(studio, 12, 9)
    _answered(panel, 12, 9, 0)
    assert save.bounding_box() == before
    main = studio.page.locator(".stMain").evaluate(
        "m => [m.scrollWidth - m.clientWidth, m.scrollHeight - m.clientHeight]"
    )
    assert main == [0, 0]
