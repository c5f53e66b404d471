"""What would make it another: steps along the gradient, shown by all of the page."""

import itertools
import re

import numpy as np
import pytest
from numpy.typing import NDArray
from playwright.sync_api import Locator, expect

import jacviz
from jacviz.compiler import CompiledJacobian, compile_jacobian
from jacviz.explain import toward
from jacviz.export import drawing_codec
from jacviz.export.number_format import percent
from jacviz.models.lenet5 import LeNet5

from browser.asking import moves_nothing, open_panel, tab
from browser.reading import agrees
from browser.visitor import FOUR, Visitor

pytestmark = pytest.mark.browser


def _panel(visitor: Visitor) -> Locator:
    return visitor.page.get_by_test_id("jacviz-toward")


def _press(visitor: Visitor, name: str) -> None:
    visitor.page.get_by_role("button", name=name, exact=True).click()


def _at(visitor: Visitor, step: int) -> None:
    """Wait until the maps show this step; the drawing is none."""
    shown = "" if step == 0 else str(step)
    expect(visitor.maps).to_have_attribute("data-step", shown, timeout=20_000)


@pytest.fixture(scope="module")
def graph(lenet5: LeNet5) -> CompiledJacobian:
    return compile_jacobian(lenet5, np.zeros((1, 28, 28), np.float32))


def _image(visitor: Visitor) -> NDArray[np.float32]:
    """The frame of the drawing that the page asked about last."""
    return jacviz.frame(drawing_codec.decode(visitor.asked[-1])).image


def _bars(visitor: Visitor) -> Locator:
    return visitor.page.get_by_test_id("jacviz-reading").locator("li span")


def _shows_bars(visitor: Visitor, probabilities: NDArray[np.float64]) -> None:
    expect(_bars(visitor)).to_have_text([percent(p) for p in probabilities])


@pytest.mark.slow
def test_it_steps_and_plays_to_the_flip_and_goes_back_to_the_drawing(
    visitor: Visitor, graph: CompiledJacobian
) -> None:
    drawn = visitor.draw(FOUR)
    bars = _bars(visitor).all_inner_texts()
    tab(visitor, "Make it another").click()
    panel = _panel(visitor)
    ways = (toward(graph, _image(visitor), k) for k in range(10) if k != 4)
    way = next(way for way in ways if way.flipped)
    target, steps = way.target, len(way.images) - 1
    panel.get_by_label("the class to make of it").select_option(str(target))
    expect(panel).to_have_attribute("data-steps", str(steps))
    expect(panel.locator("[data-fact=end]")).to_have_text(f"It flips to {target} in {steps} steps.")

    _press(visitor, "one step")
    _press(visitor, "one step")
    _at(visitor, 2)
    _shows_bars(visitor, way.probabilities[2])
    assert float(visitor.shown().ink) == pytest.approx(way.images[2].sum(), abs=0.006)
    expect(visitor.maps.get_by_role("status").first).to_contain_text(
        f"Step 2 of {steps} towards {target}, changed by the network's gradient, not your drawing: "
    )
    expect(visitor.page.get_by_text("changed by the gradient", exact=True)).to_be_visible()
    words = panel.locator("[data-fact=size]").inner_text()
    sizes = re.fullmatch(r"L1 (\S+), L2 (\S+), largest (\S+)", words)
    assert sizes is not None
    size = way.sizes[2]
    for text, value in zip(sizes.groups(), (size.l1, size.l2, size.largest), strict=True):
        assert agrees(text, value, rounding=1e-5)

    _press(visitor, "play")
    _at(visitor, steps)
    assert visitor.shown().top == str(target)
    _shows_bars(visitor, way.probabilities[-1])
    _press(visitor, "back to the drawing")
    _at(visitor, 0)
    assert visitor.settled().probability == drawn.probability
    expect(_bars(visitor)).to_have_text(bars)
    assert visitor.errors == []


def test_a_stroke_or_another_question_returns_to_the_drawing(
    visitor: Visitor, graph: CompiledJacobian
) -> None:
    drawn = visitor.draw(FOUR[:1])
    tab(visitor, "Make it another").click()
    panel = _panel(visitor)
    expect(panel).to_have_attribute("data-steps", re.compile(r"\d"))
    # Unless one chooses, it is the second most likely class.
    target = int(panel.get_by_label("the class to make of it").input_value())
    assert jacviz.sensitivity(graph, _image(visitor)).probabilities.argsort()[-2] == target
    _press(visitor, "one step")
    _at(visitor, 1)
    tab(visitor, "Pixel").click()
    _at(visitor, 0)
    assert visitor.settled().probability == drawn.probability

    tab(visitor, "Make it another").click()
    _press(visitor, "play")
    expect(visitor.maps).to_have_attribute("data-step", re.compile(r"\d"))
    visitor.draw(FOUR[1:])
    _at(visitor, 0)
    target = int(panel.get_by_label("the class to make of it").input_value())
    way = toward(graph, _image(visitor), target)
    expect(panel).to_have_attribute("data-steps", str(len(way.images) - 1))
    _shows_bars(visitor, way.probabilities[0])


@pytest.mark.slow
def test_it_has_room_where_it_is_and_says_what_is_not_reached(
    visitor: Visitor, graph: CompiledJacobian
) -> None:
    never: list[int] = []
    for number in itertools.count():
        before = visitor.shown()
        open_panel(visitor)
        visitor.page.get_by_role("group", name="Sample digits").get_by_role("button").nth(
            number
        ).click()
        visitor.after(before)
        never = [k for k in range(10) if not toward(graph, _image(visitor), k).flipped]
        if never:
            break
    steps = len(toward(graph, _image(visitor), never[0]).images) - 1
    moves_nothing(visitor, "Make it another")
    panel = _panel(visitor)
    panel.get_by_label("the class to make of it").select_option(str(never[0]))
    expect(panel.locator("[data-fact=end]")).to_have_text(
        f"No {never[0]} in {steps} steps, within paper and full ink."
    )
    _press(visitor, "one step")
    _at(visitor, 1)
    moves_nothing(visitor, "Make it another")
    visitor.page.get_by_role("button", name="Copy link").click()
    visitor.page.wait_for_url(f"**tool=toward&target={never[0]}")
    assert visitor.errors == []
