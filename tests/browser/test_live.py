"""The live loop in a real browser: maps that follow the pen, and end on its last ink."""

import base64
import io
import itertools

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, expect

import jacviz
from jacviz.export import colormap, drawing_codec
from jacviz.models.lenet5 import LeNet5

from browser.expected import becomes_current, canvas, is_current
from browser.visitor import FOUR, MAPS, NEWER, ONE, SEVEN, Visit, Visitor

pytestmark = pytest.mark.browser


def test_maps_move_while_the_pen_is_down(visitor: Visitor) -> None:
    box = visitor.canvas.bounding_box()
    assert box is not None
    mouse = visitor.page.mouse
    mouse.move(box["x"] + 100, box["y"] + 80)
    mouse.down()
    for step in range(1, 7):
        before = visitor.shown()
        mouse.move(box["x"] + 100 + 10 * step, box["y"] + 80 + 20 * step, steps=2)
        visitor.wait(NEWER, [MAPS, before.version])
        assert visitor.maps.get_attribute("data-exact") == "false"
        assert visitor.maps.get_attribute("data-settled") == "false"
    mouse.up()


def test_strokes_undo_and_redo_tell_streamlit_nothing(visitor: Visitor) -> None:
    before = visitor.told
    visitor.draw(FOUR)
    visitor.press("Undo")
    visitor.press("Redo")
    visitor.draw(ONE)
    # Whatever a stroke's end had put off would come before what this makes the page say.
    visitor.page.get_by_role("button", name="Save").click()
    expect(visitor.page.get_by_role("button", name="Save the frame")).to_be_enabled()
    opened, drawing = 1, 1
    assert visitor.told == before + opened + drawing


def test_live_and_resting_answers_are_the_librarys_numbers(
    visitor: Visitor, lenet5: LeNet5
) -> None:
    """Two speeds, one truth: what was sent last is what is shown, to the digits shown."""
    for strokes in (FOUR, SEVEN, ONE):
        shown = visitor.draw(strokes)
        framed = jacviz.frame(drawing_codec.decode(visitor.asked[-1]))
        sensed = jacviz.sensitivity(lenet5, framed.image)
        assert shown.top == str(sensed.top)
        assert float(shown.probability) == pytest.approx(sensed.probabilities.max(), abs=6e-5)
        assert float(shown.ink) == pytest.approx(framed.image.sum(), abs=6e-3)
        maxima = visitor.maps.locator(".jv-max").all_inner_texts()
        largest = np.abs(sensed.jacobian("probability")).max(axis=(1, 2))
        for text, value in zip(maxima, largest, strict=True):
            assert float(text[1:].replace("\u2212", "-")) == pytest.approx(value, rel=0.06)
        visitor.press("Reset canvas & history")


@pytest.mark.parametrize("theme", ["light", pytest.param("dark", marks=pytest.mark.slow)])
def test_the_maps_are_painted_in_the_librarys_colours(
    visitor: Visitor, lenet5: LeNet5, theme: colormap.Theme
) -> None:
    visitor.page.emulate_media(color_scheme=theme)
    visitor.draw(FOUR)
    _, picture = visitor.picture().split(";base64,")
    mosaic = np.asarray(Image.open(io.BytesIO(base64.b64decode(picture))))
    maps = jacviz.sensitivity(
        lenet5, jacviz.frame(drawing_codec.decode(visitor.asked[-1])).image
    ).jacobian()
    limit = float(np.abs(maps).max())
    table = colormap.lookup_table(theme).astype(int)
    for k, one in enumerate(maps):
        top, left = 34 * (k // 5), 31 * (k % 5)
        painted = mosaic[top : top + 28, left : left + 28]
        assert (painted[..., 3] == 255).all()
        # A derivative halfway between two steps may fall to either side.
        at = 127 + 127 * one.astype(np.float64) / limit
        near = [table[np.rint(np.clip(at + off, 0, 254)).astype(int)] for off in (-0.01, 0.01)]
        same = [(painted[..., :3] == colour).all(axis=-1) for colour in near]
        assert (same[0] | same[1]).all()
    assert (mosaic[28:34, :, 3] == 0).all()


def test_the_ink_that_is_sent_is_the_ink_on_the_canvas(visitor: Visitor) -> None:
    """Reduced by a whole factor, areas averaged: another implementation says the same."""
    visitor.draw(FOUR)
    got = drawing_codec.decode(visitor.asked[-1])
    ink = canvas(visitor)
    factor = -(-ink.shape[0] // got.shape[0])
    rows, columns = (side * factor for side in got.shape)
    whole = np.zeros((rows, columns))
    whole[: ink.shape[0], : ink.shape[1]] = ink[:rows, :columns]
    means = whole.reshape(got.shape[0], factor, got.shape[1], factor).mean(axis=(1, 3))
    assert np.abs(np.floor(means + 0.5) - got).max() <= 1


def test_plotly_lets_its_picture_be_swapped(new_visitor: Visitor) -> None:
    """Where a new Plotly does not, each picture takes a relayout, and this test says so."""
    count = "() => { window.relayouts = 0; document.querySelector('.js-plotly-plot').on("
    new_visitor.page.evaluate(count + "'plotly_relayout', () => window.relayouts++) }")
    before = new_visitor.shown()
    new_visitor.draw(FOUR)
    assert new_visitor.shown().version > before.version + 2
    assert new_visitor.page.evaluate("() => window.relayouts") == 0


def test_plotly_that_keeps_its_picture_elsewhere_is_asked_to_paint_it(new_visitor: Visitor) -> None:
    new_visitor.page.evaluate(
        """() => {
          const plot = document.querySelector(".js-plotly-plot");
          const query = plot.querySelector.bind(plot);
          plot.querySelector = (what) => what.includes("imagelayer") ? null : query(what);
        }"""
    )
    empty = new_visitor.picture()
    assert new_visitor.draw(FOUR).top == "4"
    assert new_visitor.picture() != empty


def test_a_finished_stroke_is_asked_about_once(visitor: Visitor) -> None:
    """What is read as the pen lifts is the final ink already: looking again changes nothing."""
    before = len(visitor.asked)
    visitor.draw(FOUR)
    assert len(visitor.asked) - before == len(FOUR)


@pytest.mark.slow
def test_two_pages_do_not_mix(visitor: Visitor, app: str, elsewhere: Visit) -> None:
    other = elsewhere(app)
    for mine, theirs in zip(FOUR, [SEVEN[0], ONE[0]], strict=True):
        visitor.stroke(mine)
        other.stroke(theirs)
    first = visitor.settled()
    other.settled()
    assert first.top == "4"
    other.press("Reset canvas & history")
    assert visitor.settled() == first


@pytest.mark.slow
def test_a_page_that_was_hidden_catches_up(new_visitor: Visitor, lenet5: LeNet5) -> None:
    new_visitor.stroke(FOUR[0])
    before = new_visitor.page.context.new_page()
    before.bring_to_front()
    before.wait_for_timeout(600)  # longer than the page takes between two looks at its canvas
    before.close()
    new_visitor.page.bring_to_front()
    new_visitor.stroke(FOUR[1])
    assert becomes_current(new_visitor, lenet5)


def test_a_finger_draws_too(app: str, tablet: Visit, lenet5: LeNet5) -> None:
    visitor = tablet(app)
    before = visitor.shown()
    for points in FOUR:
        _swipe(visitor.page, visitor, points)
    visitor.after(before)
    assert visitor.settled().top == "4"
    assert is_current(visitor, lenet5)


def _swipe(page: Page, visitor: Visitor, points: list[tuple[float, float]]) -> None:
    box = visitor.canvas.bounding_box()
    assert box is not None
    session = page.context.new_cdp_session(page)

    def touch(kind: str, x: float | None = None, y: float | None = None) -> None:
        places = [] if x is None else [{"x": x, "y": y}]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": places})

    places = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in points]
    touch("touchStart", *places[0])
    for (x0, y0), (x1, y1) in itertools.pairwise(places):
        for step in range(1, 11):
            touch("touchMove", x0 + (x1 - x0) * step / 10, y0 + (y1 - y0) * step / 10)
    touch("touchEnd")
