"""The live loop in a real browser: whatever happens on the way, the last ink wins."""

import base64
import io
import itertools
import random
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, Route, WebSocketRoute

import jacviz
from jacviz import colours
from jacviz.lenet import LeNet5
from jacviz.live import drawing

from browser.studio import FOUR, LINE, ONE, SEVEN, Shown, Studio
from serving import Server

pytestmark = pytest.mark.browser

ANSWER = "**/jacviz/answer?*"


def _sheet(studio: Studio) -> np.ndarray:
    """The ink on the sheet, read by a script that the live loop has no part in."""
    rgba = studio.page.evaluate(
        """() => {
          const host = [...document.querySelectorAll(".st-key-canvas *")]
            .find(e => e.shadowRoot?.querySelector("canvas.upper-canvas"));
          const canvas = host.shadowRoot.querySelector(".canvas-container canvas.lower-canvas");
          const image = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
          return Array.from(image.data.filter((_, i) => i % 4 === 3));
        }"""
    )
    side = round(len(rgba) ** 0.5)
    return np.array(rgba, np.uint8).reshape(side, side)


def _expected(studio: Studio, lenet5: LeNet5) -> tuple[str, float, float]:
    """What the library says of the ink on the sheet."""
    framed = jacviz.frame(_sheet(studio))
    if framed.empty:
        return "", 0.0, 0.0
    sensed = jacviz.sensitivity(lenet5, framed.image)
    return str(sensed.top), float(sensed.probabilities[sensed.top]), float(framed.image.sum())


def _is_current(studio: Studio, lenet5: LeNet5) -> bool:
    """Whether the page shows the sheet's own answer; reducing the ink moves it a little."""
    shown = studio.settled()
    top, probability, ink = _expected(studio, lenet5)
    return (
        shown.top == top
        and abs(float(shown.probability or 0) - probability) < 0.02
        and abs(float(shown.ink) - ink) < 1.5
    )


def test_maps_move_while_the_pen_is_down(studio: Studio) -> None:
    box = studio.sheet.bounding_box()
    assert box is not None
    mouse = studio.page.mouse
    mouse.move(box["x"] + 100, box["y"] + 80)
    mouse.down()
    versions = []
    for step in range(12):
        mouse.move(box["x"] + 100 + 10 * step, box["y"] + 80 + 20 * step, steps=2)
        studio.page.wait_for_timeout(80)
        versions.append(studio.shown().version)
    mouse.up()
    assert len(set(versions)) > 5


def test_the_page_never_runs_while_the_pen_is_down(studio: Studio) -> None:
    studio.draw(ONE)
    studio.page.wait_for_timeout(500)
    studio.page.evaluate(
        """() => { window.runs = 0; new MutationObserver(() => window.runs++).observe(
             document.querySelector(".stApp"),
             {attributeFilter: ["data-test-script-state"]}) }"""
    )
    box = studio.sheet.bounding_box()
    assert box is not None
    studio.page.mouse.move(box["x"] + 50, box["y"] + 50)
    studio.page.mouse.down()
    studio.page.mouse.move(box["x"] + 300, box["y"] + 300, steps=30)
    assert studio.page.evaluate("() => window.runs") == 0
    studio.page.mouse.up()
    studio.page.wait_for_function("() => window.runs > 0")


def test_live_and_resting_answers_are_the_librarys_numbers(studio: Studio, lenet5: LeNet5) -> None:
    """Two speeds, one truth: what was sent last is what is shown, to the digits shown."""
    for strokes in (FOUR, SEVEN, ONE):
        shown = studio.draw(strokes)
        framed = jacviz.frame(drawing.decode(studio.asked[-1]))
        sensed = jacviz.sensitivity(lenet5, framed.image)
        assert shown.top == str(sensed.top)
        assert float(shown.probability) == pytest.approx(sensed.probabilities.max(), abs=6e-5)
        assert float(shown.ink) == pytest.approx(framed.image.sum(), abs=6e-3)
        maxima = studio.maps.locator(".jv-max").all_inner_texts()
        largest = np.abs(sensed.jacobian("probability")).max(axis=(1, 2))
        for text, value in zip(maxima, largest, strict=True):
            assert float(text[1:].replace("\u2212", "-")) == pytest.approx(value, rel=0.06)
        studio.press("Reset canvas & history")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_maps_are_painted_in_the_librarys_colours(
    studio: Studio, lenet5: LeNet5, theme: colours.Theme
) -> None:
    studio.page.emulate_media(color_scheme=theme)
    studio.draw(FOUR)
    _, picture = studio.picture().split(";base64,")
    mosaic = np.asarray(Image.open(io.BytesIO(base64.b64decode(picture))))
    maps = jacviz.sensitivity(
        lenet5, jacviz.frame(drawing.decode(studio.asked[-1])).image
    ).jacobian()
    limit = float(np.abs(maps).max())
    table = colours.table(theme).astype(int)
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


def test_the_ink_that_is_sent_is_the_ink_on_the_sheet(studio: Studio) -> None:
    """Reduced by a whole factor, areas averaged: another implementation says the same."""
    studio.draw(FOUR)
    got = drawing.decode(studio.asked[-1])
    sheet = _sheet(studio)
    factor = -(-sheet.shape[0] // got.shape[0])
    rows, columns = (side * factor for side in got.shape)
    whole = np.zeros((rows, columns))
    whole[: sheet.shape[0], : sheet.shape[1]] = sheet[:rows, :columns]
    means = whole.reshape(got.shape[0], factor, got.shape[1], factor).mean(axis=(1, 3))
    assert np.abs(np.floor(means + 0.5) - got).max() <= 1


def _without_a_line(studio: Studio) -> None:
    """As behind a proxy that lets no other web socket through: the page asks by request."""
    studio.page.route_web_socket(re.compile(LINE), lambda socket: socket.close())
    studio.page.reload()
    studio.plot.locator(".imagelayer image").wait_for(timeout=60_000)


@pytest.mark.parametrize("seed", range(3))
def test_a_line_that_loses_delays_doubles_and_reorders_ends_on_the_last_ink(
    studio: Studio, lenet5: LeNet5, seed: int
) -> None:
    chance = random.Random(seed)
    spoilt: Counter[str] = Counter()
    spoiling = True

    def spoil(page: WebSocketRoute) -> None:
        server = page.connect_to_server()
        held: list[str | bytes] = []

        def down(message: str | bytes) -> None:
            fate = chance.random() if spoiling else 1.0
            if fate < 0.05:
                spoilt["lost"] += 1
            elif fate < 0.35:
                spoilt["doubled"] += 1
                page.send(message)
                page.send(message)
            elif fate < 0.65 and not held:
                spoilt["late"] += 1
                held.append(message)
            else:
                page.send(message)
                while held:
                    page.send(held.pop())
            if fate < 0.02:
                spoilt["hung up"] += 1
                page.close()

        def up(message: str | bytes) -> None:
            if spoiling and chance.random() < 0.03:
                spoilt["unheard"] += 1
            else:
                server.send(message)

        server.on_message(down)
        page.on_message(up)

    studio.page.route_web_socket(re.compile(LINE), spoil)
    studio.page.reload()
    studio.plot.locator(".imagelayer image").wait_for(timeout=60_000)
    for points in FOUR:
        studio.stroke(points, steps=20)
    studio.page.wait_for_timeout(2000)
    spoiling = False
    studio.page.wait_for_timeout(5000)  # what was lost counts as lost after four seconds
    assert spoilt.total() > 2
    assert studio.settled(1500).top == "4"
    assert _is_current(studio, lenet5)


@pytest.mark.parametrize("seed", range(3))
def test_lost_late_doubled_and_reordered_replies_end_on_the_last_ink(
    studio: Studio, lenet5: LeNet5, seed: int
) -> None:
    chance = random.Random(seed)

    def spoil(route: Route) -> None:
        fate = chance.random()
        if fate < 0.2:
            route.abort()
        elif fate < 0.3:
            route.fulfill(status=503, body="busy")
        elif fate < 0.4:
            route.fetch()  # the server hears it twice
            route.continue_()
        elif fate < 0.6:
            reply = route.fetch()
            studio.page.wait_for_timeout(chance.randint(50, 600))
            route.fulfill(response=reply)
        else:
            route.continue_()

    _without_a_line(studio)
    studio.page.route(ANSWER, spoil)
    for points in FOUR:
        studio.stroke(points)
    studio.page.wait_for_timeout(3000)
    studio.page.unroute_all(behavior="wait")
    assert studio.settled(1500).top == "4"
    assert _is_current(studio, lenet5)


def test_a_reply_that_never_comes_is_asked_for_again(studio: Studio, lenet5: LeNet5) -> None:
    kept: list[Route] = []

    def keep_two(route: Route) -> None:
        if len(kept) < 2:
            kept.append(route)
        else:
            route.continue_()

    _without_a_line(studio)
    studio.page.route(ANSWER, keep_two)
    studio.stroke(ONE[0])
    studio.page.wait_for_timeout(6000)
    assert len(kept) == 2
    assert _is_current(studio, lenet5)
    for route in kept:
        route.abort()


def test_plotly_lets_its_picture_be_swapped(studio: Studio) -> None:
    """Where a new Plotly does not, each picture takes a relayout, and this test says so."""
    count = "() => { window.relayouts = 0; document.querySelector('.js-plotly-plot').on("
    studio.page.evaluate(count + "'plotly_relayout', () => window.relayouts++) }")
    before = studio.shown()
    studio.draw(FOUR)
    assert studio.shown().version > before.version + 2
    assert studio.page.evaluate("() => window.relayouts") == 0


def test_plotly_that_keeps_its_picture_elsewhere_is_asked_to_paint_it(studio: Studio) -> None:
    studio.page.evaluate(
        """() => {
          const plot = document.querySelector(".js-plotly-plot");
          const query = plot.querySelector.bind(plot);
          plot.querySelector = (what) => what.includes("imagelayer") ? null : query(what);
        }"""
    )
    empty = studio.picture()
    assert studio.draw(FOUR).top == "4"
    assert studio.picture() != empty


def test_a_stroke_is_read_without_waiting_for_a_frame(studio: Studio) -> None:
    """What is asked for as the pen lifts is the final ink, not the ink a frame earlier."""
    studio.draw(FOUR)
    assert len(studio.asked) - studio.asked.index(studio.asked[-1]) == 1
    final = [drawing for drawing in studio.asked if drawing == studio.asked[-1]]
    assert len(final) == 1
    assert len(studio.asked) <= 1 + len(FOUR)


def test_two_pages_do_not_mix(studio: Studio, app: str, chromium: Browser) -> None:
    context = chromium.new_context(viewport={"width": 1440, "height": 900})
    other = Studio.visit(context.new_page(), app)
    for mine, theirs in zip(FOUR, [SEVEN[0], ONE[0]], strict=True):
        studio.stroke(mine)
        other.stroke(theirs)
    first = studio.settled()
    other.settled()
    assert first.top == "4"
    other.press("Reset canvas & history")
    assert studio.settled() == first
    context.close()


def test_a_page_that_was_hidden_catches_up(
    studio: Studio, chromium: Browser, lenet5: LeNet5
) -> None:
    studio.stroke(FOUR[0])
    elsewhere = studio.page.context.new_page()
    elsewhere.goto("about:blank")
    elsewhere.bring_to_front()
    elsewhere.wait_for_timeout(1500)
    studio.page.bring_to_front()
    studio.stroke(FOUR[1])
    assert _is_current(studio, lenet5)


def test_a_finger_draws_too(app: str, chromium: Browser, lenet5: LeNet5) -> None:
    context = chromium.new_context(viewport={"width": 1024, "height": 768}, has_touch=True)
    page = context.new_page()
    studio = Studio.visit(page, app)
    before = studio.shown()
    for points in FOUR:
        _swipe(page, studio, points)
    studio.after(before)
    assert studio.settled().top == "4"
    assert _is_current(studio, lenet5)
    context.close()


def _swipe(page: Page, studio: Studio, points: list[tuple[float, float]]) -> None:
    box = studio.sheet.bounding_box()
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


@pytest.fixture
def own_server(tmp_path: Path) -> Iterator[Server]:
    with Server(["-m", "jacviz"], tmp_path) as server:
        yield server


def test_the_server_may_restart_in_the_middle_of_a_stroke(
    own_server: Server, chromium: Browser, lenet5: LeNet5
) -> None:
    context = chromium.new_context(viewport={"width": 1440, "height": 900})
    studio = Studio.visit(context.new_page(), own_server.url)
    studio.draw(FOUR[:1])
    box = studio.sheet.bounding_box()
    assert box is not None
    mouse = studio.page.mouse
    mouse.move(box["x"] + 0.62 * 392, box["y"] + 0.2 * 392)
    mouse.down()
    mouse.move(box["x"] + 0.6 * 392, box["y"] + 0.5 * 392, steps=5)
    own_server.restart()
    mouse.move(box["x"] + 0.58 * 392, box["y"] + 0.85 * 392, steps=5)
    mouse.up()
    studio.page.wait_for_timeout(4000)
    assert studio.settled(1500).top == "4"
    assert _is_current(studio, lenet5)
    # Streamlit's own connection is back too: its switches work, and nothing was lost.
    before = studio.shown()
    studio.page.get_by_role("radio", name="Logit", exact=True).click()
    after = studio.after(before)
    assert (after.top, after.ink) == (before.top, before.ink)
    context.close()


def test_where_the_sheet_cannot_be_read_each_finished_stroke_is_shown(
    app: str, chromium: Browser
) -> None:
    """As if a new version of the canvas had hidden its inside."""
    context = chromium.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    warnings: list[str] = []
    page.on("console", lambda line: warnings.append(line.text) if "jacviz" in line.text else None)
    page.add_init_script(
        """const attach = Element.prototype.attachShadow;
           Element.prototype.attachShadow = function (options) {
             const root = attach.call(this, {...options, mode: "open"});
             const query = root.querySelector.bind(root);
             root.querySelector = (what) => what.includes("upper-canvas") ? null : query(what);
             return root;
           };"""
    )
    page.goto(app)
    page.locator(".st-key-canvas canvas.upper-canvas").wait_for(timeout=60_000)
    page.wait_for_timeout(8000)
    assert any("cannot be read" in warning for warning in warnings)
    studio = Studio(page)
    before = Shown(0, "", "", "")
    for points in FOUR:
        studio.stroke(points)
        before = studio.after(before)
    assert before.top == "4"
    context.close()
