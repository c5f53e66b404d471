"""Proof on the page: the maps against finite differences, computed when the button is pressed."""

import re

import pytest
from playwright.sync_api import Locator, expect
from torch import nn

import jacviz
from jacviz import Report
from jacviz.export import drawing_codec
from jacviz.models.lenet5 import LeNet5

from browser.asking import moves_nothing, tab
from browser.reading import agrees
from browser.visitor import FOUR, SEVEN, Visitor

pytestmark = pytest.mark.browser


def _fact(visitor: Visitor, name: str) -> Locator:
    return visitor.page.get_by_test_id("jacviz-check").locator(f"[data-fact={name}]")


def _every_pixel(visitor: Visitor, lenet5: LeNet5) -> Report:
    """What the library finds of the probability maps of the drawing asked about last."""
    image = jacviz.frame(drawing_codec.decode(visitor.asked[-1])).image
    graph = jacviz.compile_jacobian(lenet5, image)
    maps = jacviz.sensitivity(graph, image).jacobian("probability")
    model = nn.Sequential(lenet5, nn.Softmax(dim=1))
    return jacviz.check(model, image[None], jacobian=maps[:, None], pixels="all")


def test_every_pixel_is_checked_and_the_worst_is_the_librarys(
    visitor: Visitor, lenet5: LeNet5
) -> None:
    visitor.draw(FOUR)
    tab(visitor, "Check").click()
    visitor.page.get_by_role("button", name="Check every pixel").click()
    expect(_fact(visitor, "verdict")).to_have_text(
        "Correct at 784 of 784 pixels, no kinks.", timeout=20_000
    )
    report = _every_pixel(visitor, lenet5)
    said = re.search(
        r"error: ([\d.e\u2212]+) of the largest derivative, at digit (\d), row (\d+), column (\d+)",
        _fact(visitor, "worst").inner_text(),
    )
    assert said is not None
    assert agrees(said[1], report.worst, rounding=1e-12)
    assert report.where is not None
    output, _, row, column = report.where
    assert [int(one) for one in said.groups()[1:]] == [output, row, column]


@pytest.mark.slow
def test_a_new_stroke_makes_it_one_of_an_earlier_drawing_until_it_is_made_anew(
    visitor: Visitor,
) -> None:
    visitor.draw(FOUR)
    tab(visitor, "Check").click()
    visitor.page.get_by_role("button", name="Check these maps").click()
    verdict = _fact(visitor, "verdict")
    expect(verdict).to_contain_text(re.compile("^Correct at 64 of 784"), timeout=20_000)
    visitor.draw(SEVEN)
    expect(verdict).to_contain_text(re.compile("^Of an earlier drawing or view: Correct at 64"))
    before = visitor.shown()
    visitor.page.get_by_role("radio", name="Readable").click()
    visitor.after(before)
    before = visitor.shown()
    visitor.page.get_by_role("radio", name="Logit", exact=True).click()
    visitor.after(before)
    visitor.page.get_by_role("button", name="Check these maps").click()
    expect(verdict).to_contain_text(re.compile("^Correct at 64"), timeout=20_000)
    moves_nothing(visitor, "Check")
    assert visitor.errors == []
