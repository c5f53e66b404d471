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
from browser.studio import FOUR, SEVEN, Studio

pytestmark = pytest.mark.browser


def _fact(studio: Studio, name: str) -> Locator:
    return studio.page.get_by_test_id("jacviz-check").locator(f"[data-fact={name}]")


def _every_pixel(studio: Studio, lenet5: LeNet5) -> Report:
    """What the library finds of the probability maps of the drawing asked about last."""
    image = jacviz.frame(drawing_codec.decode(studio.asked[-1])).image
    graph = jacviz.compile_jacobian(lenet5, image)
    maps = jacviz.sensitivity(graph, image).jacobian("probability")
    model = nn.Sequential(lenet5, nn.Softmax(dim=1))
    return jacviz.check(model, image[None], jacobian=maps[:, None], pixels="all")


def test_every_pixel_is_checked_and_the_worst_is_the_librarys(
    studio: Studio, lenet5: LeNet5
) -> None:
    studio.draw(FOUR)
    tab(studio, "Check").click()
    studio.page.get_by_role("button", name="Check every pixel").click()
    expect(_fact(studio, "verdict")).to_have_text(
        "Correct at 784 of 784 pixels, no kinks.", timeout=20_000
    )
    report = _every_pixel(studio, lenet5)
    said = re.search(
        r"error: ([\d.e\u2212]+) of the largest derivative, at digit (\d), row (\d+), column (\d+)",
        _fact(studio, "worst").inner_text(),
    )
    assert said is not None
    assert agrees(said[1], report.worst, rounding=1e-12)
    assert report.where is not None
    output, _, row, column = report.where
    assert [int(one) for one in said.groups()[1:]] == [output, row, column]


def test_a_new_stroke_makes_it_one_of_an_earlier_drawing_until_it_is_made_anew(
    studio: Studio,
) -> None:
    studio.draw(FOUR)
    tab(studio, "Check").click()
    studio.page.get_by_role("button", name="Check these maps").click()
    verdict = _fact(studio, "verdict")
    expect(verdict).to_contain_text(re.compile("^Correct at 64 of 784"), timeout=20_000)
    studio.draw(SEVEN)
    expect(verdict).to_contain_text(re.compile("^Of an earlier drawing or view: Correct at 64"))
    before = studio.shown()
    studio.page.get_by_role("radio", name="Readable").click()
    studio.after(before)
    before = studio.shown()
    studio.page.get_by_role("radio", name="Logit", exact=True).click()
    studio.after(before)
    studio.page.get_by_role("button", name="Check these maps").click()
    expect(verdict).to_contain_text(re.compile("^Correct at 64"), timeout=20_000)
    moves_nothing(studio, "Check")
    assert studio.complaints == []
