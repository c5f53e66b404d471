"""The what-if brush: for each amount of ink, what the Jacobian predicts beside what is true."""

import numpy as np
import pytest
from playwright.sync_api import Locator, expect

import jacviz
from jacviz.compiler import CompiledJacobian, compile_jacobian
from jacviz.explain import WhatIf, brush, what_if
from jacviz.export import drawing_codec
from jacviz.models.lenet5 import LeNet5

from browser.asking import moves_nothing, press, tab
from browser.reading import agrees
from browser.visitor import FOUR, Visitor

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def graph(lenet5: LeNet5) -> CompiledJacobian:
    return compile_jacobian(lenet5, np.zeros((1, 28, 28), np.float32))


def _panel(visitor: Visitor) -> Locator:
    return visitor.page.get_by_test_id("jacviz-what-if")


def _answered(panel: Locator, row: int, column: int, radius: int) -> None:
    expect(panel).to_have_attribute("data-pixel", f"{row},{column},{radius}")
    expect(panel).not_to_have_attribute("data-waits", "")


def _asked(visitor: Visitor, graph: CompiledJacobian, row: int, column: int, radius: int) -> WhatIf:
    """What the library says about the drawing that the page asked about last."""
    image = jacviz.frame(drawing_codec.decode(visitor.asked[-1])).image
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
    visitor: Visitor, graph: CompiledJacobian
) -> None:
    random = np.random.default_rng(7)
    for radius in (0, 3):
        visitor.draw([[(float(x), float(y)) for x, y in 0.2 + 0.6 * random.random((3, 2))]])
        row, column = (int(n) for n in random.integers(6, 22, 2))
        press(visitor, row, column)
        tab(visitor, "What if").click()
        panel = _panel(visitor)
        panel.get_by_role("radio", name=str(radius)).check()
        _answered(panel, row, column, radius)
        found = _asked(visitor, graph, row, column, radius)
        for index in (0, 8, 20, 21, 40):
            _choose(panel, found, index)
            shown = _shows(panel, found, index)
        # Those classes are shown that move most.
        moves = np.abs(found.true - found.true[20]).max(axis=0)
        assert sorted(moves[shown]) == pytest.approx(sorted(moves)[-len(shown) :], abs=1e-9)
    assert visitor.errors == []


def test_the_plot_draws_a_line_and_a_curve_and_shades_what_is_no_ink(
    visitor: Visitor, graph: CompiledJacobian
) -> None:
    visitor.draw(FOUR)
    press(visitor, 1, 1)  # paper, from which no ink can be taken
    tab(visitor, "What if").click()
    panel = _panel(visitor)
    _answered(panel, 1, 1, 0)
    found = _asked(visitor, graph, 1, 1, 0)
    plot = panel.locator("svg")
    limit = float(plot.get_attribute("data-limit") or 0)
    for kind, expected in (("predicted", found.predicted), ("true", found.true)):
        for curve in plot.locator(f"polyline.jv-{kind}").all():
            digit = int(curve.get_attribute("data-class") or "")
            points = (curve.get_attribute("points") or "").split()
            left, right = (float(points[i].split(",")[0]) for i in (0, -1))
            heights = np.array([float(point.split(",")[1]) for point in points])
            # The middle of the plot is no change, its edges are the limit.
            middle, half = heights[20], 42
            change = expected[:, digit] - found.true[20, digit]
            assert (middle - heights) / half * limit == pytest.approx(
                change, abs=1e-6 + limit / 1e6
            )
    shaded = plot.locator("rect.jv-no-ink").evaluate_all(
        "all => all.reduce((sum, one) => sum + one.width.baseVal.value, 0)"
    )
    assert shaded / (right - left) == pytest.approx(0.5, abs=1e-6)
    _choose(panel, found, 10)
    expect(panel.locator("small")).to_have_text("No such ink: only 0 to +1.0.")
    _choose(panel, found, 30)
    expect(panel.locator("small")).to_have_text("Possible: 0 to +1.0.")


def test_it_follows_the_pixel_and_the_drawing_and_says_what_it_lacks(
    visitor: Visitor, graph: CompiledJacobian
) -> None:
    tab(visitor, "What if").click()
    expect(visitor.maps.get_by_text("Draw a digit first")).to_be_visible()
    visitor.draw(FOUR[:1])
    expect(visitor.maps.get_by_text("Point at a pixel, of a map,")).to_be_visible()
    expect(_panel(visitor)).to_be_hidden()
    press(visitor, 12, 9)
    panel = _panel(visitor)
    visitor.page.keyboard.press("ArrowDown")
    _answered(panel, 13, 9, 0)
    _shows(panel, _asked(visitor, graph, 13, 9, 0), 30)
    before = panel.locator("tbody").inner_text()
    visitor.draw(FOUR[1:])
    expect(panel.locator("tbody")).not_to_have_text(before)
    _answered(panel, 13, 9, 0)
    _shows(panel, _asked(visitor, graph, 13, 9, 0), 30)
    moves_nothing(visitor, "What if")
    assert visitor.errors == []
