"""The browser's own engine: the maps follow the pen without a server, near it, or far from it."""

import math
import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Page, Route, expect

import jacviz
from jacviz.explain.sensitivity import Sensitivity
from jacviz.export import drawing_codec
from jacviz.models.lenet5 import LeNet5

from browser.asking import answered, on_map, tab
from browser.expected import becomes_current
from browser.reading import agrees
from browser.visitor import FOUR, MAPS, ONE, RESET, SEVEN, Point, Visitor
from delaying import delayed
from large import LABELS, large
from serving import Server

pytestmark = pytest.mark.browser

TESTS = Path(__file__).parents[1]

ZERO: list[list[Point]] = [
    [
        (0.5 + 0.2 * math.sin(turn * math.pi / 6), 0.5 - 0.32 * math.cos(turn * math.pi / 6))
        for turn in range(13)
    ]
]
TWO: list[list[Point]] = [
    [(0.3, 0.3), (0.38, 0.2), (0.55, 0.18), (0.66, 0.3), (0.6, 0.45), (0.3, 0.8), (0.7, 0.8)]
]
DIGITS = {"0": ZERO, "1": ONE, "2": TWO, "4": FOUR, "7": SEVEN}

# Streamlit's own state says nothing while it has no server.
SETTLED = "maps => document.querySelector(maps).dataset.settled === 'true'"


def _sensitivity(visitor: Visitor, lenet5: LeNet5) -> Sensitivity:
    """The library's, of what is on the canvas; read as the page reads it."""
    drawing = visitor.page.evaluate(
        """async () => {
          const url = new URL("jacviz/static/canvas/adapter.js", document.baseURI);
          const { PageAdapter } = await import(url);
          return [...new PageAdapter(document.documentElement).readDrawing()];
        }"""
    )
    return jacviz.sensitivity(lenet5, jacviz.frame(drawing_codec.decode(bytes(drawing))).image)


@pytest.fixture
def own_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with Server(["-m", "jacviz"], tmp_path_factory.mktemp("own")) as server:
        yield server


@pytest.mark.slow
def test_without_a_server_digits_are_read_right_and_inspected(
    own_server: Server, own_page: Page, lenet5: LeNet5
) -> None:
    visitor = Visitor.visit(own_page, own_server.url)
    visitor.wait_for_engine()
    own_server.stop()
    for digit, strokes in DIGITS.items():
        for points in strokes:
            visitor.stroke(points)
            visitor.wait(SETTLED, MAPS)
        shown, sensed = visitor.shown(), _sensitivity(visitor, lenet5)
        assert shown.top == str(sensed.top) == digit
        assert float(shown.probability) == pytest.approx(sensed.probabilities.max(), abs=1e-4)
        row, column = 14, 13
        visitor.page.mouse.move(*on_map(visitor, int(digit), row, column))
        panel = visitor.page.get_by_test_id("jacviz-inspector")
        numbers = panel.locator(".jv-derivatives span").all_inner_texts()
        for text, derivative in zip(numbers, sensed.jacobian()[:, row, column], strict=True):
            assert agrees(text, derivative, rounding=1e-6)
        visitor.page.mouse.move(0, 0)
        visitor.page.get_by_role("button", name=RESET).click()
        visitor.wait("maps => document.querySelector(maps).dataset.top === ''", MAPS)
    expect(visitor.maps.locator(".jv-note")).to_contain_text("The server does not answer")
    # Nothing of Streamlit's lies over the page.
    expect(visitor.page.get_by_role("dialog")).to_have_count(0)
    for points in FOUR:
        visitor.stroke(points)
        visitor.wait(SETTLED, MAPS)
    own_server.start()
    visitor.wait("maps => document.querySelector(maps).dataset.confirmed === 'true'", MAPS)
    assert visitor.shown().top == "4"
    expect(visitor.maps.locator(".jv-note")).to_be_empty()


def test_without_a_server_other_questions_are_answered(
    own_server: Server, own_page: Page, lenet5: LeNet5
) -> None:
    visitor = Visitor.visit(own_page, own_server.url)
    visitor.wait_for_engine()
    own_server.stop()
    for points in FOUR:
        visitor.stroke(points)
        visitor.wait(SETTLED, MAPS)
    visitor.page.mouse.click(*on_map(visitor, 4, 15, 12))
    for name in ("What if", "Why a, not b"):
        tab(visitor, name).click()
        answered(visitor)
    sensed = _sensitivity(visitor, lenet5)
    first, second = np.argsort(-sensed.logits)[:2]
    odds = visitor.page.get_by_test_id("jacviz-versus").locator("[data-fact=here]").inner_text()
    number = odds.removeprefix("Row 15, column 12: ").removesuffix(" per unit of ink.")
    assert agrees(number, sensed.log_odds(first, second)[15, 12], rounding=1e-6)


# Reads how many animation frames pass from a move of the pen to the painting of its answer.
FRAMES_BEHIND = """maps => {
  const root = document.querySelector(maps);
  window.behind = [];
  let version = root.dataset.version;
  addEventListener("pointermove", () => {
    version = root.dataset.version;
    // This callback runs in the frame in which the live loop answers, the next one after it.
    requestAnimationFrame(() => requestAnimationFrame(() => {
      window.behind.push(root.dataset.version === version);
    }));
  }, { capture: true });
}"""


def test_far_from_the_server_the_maps_are_painted_in_the_frame_of_the_move(
    app: str, own_page: Page
) -> None:
    with delayed(app) as proxy:
        visitor = Visitor.visit(own_page, proxy.url)
        visitor.wait_for_engine()
        proxy.seconds = 0.15
        visitor.page.evaluate(FRAMES_BEHIND, MAPS)
        asked = len(visitor.asked)
        visitor.stroke(FOUR[0], steps=20)
        behind = visitor.page.evaluate("window.behind")
        assert len(behind) > 20
        # Some moves change no ink. An answer from far away would come ten frames later.
        assert sum(behind) <= 0.3 * len(behind)
        visitor.settled()
        assert len(visitor.asked) == asked + 1  # only the finished stroke is sent far away
        assert visitor.maps.get_attribute("data-engine") == "browser"


def test_while_the_pen_moves_nothing_is_sent(visitor: Visitor) -> None:
    visitor.wait_for_engine()
    visitor.settled()
    requests: list[str] = []
    visitor.page.on("request", lambda request: requests.append(request.url))
    asked = len(visitor.asked)
    box = visitor.canvas.bounding_box()
    assert box is not None
    mouse = visitor.page.mouse
    mouse.move(box["x"] + 80, box["y"] + 80)
    mouse.down()
    before = visitor.shown()
    mouse.move(box["x"] + 300, box["y"] + 250, steps=30)
    assert visitor.shown().version > before.version + 10
    assert (requests, len(visitor.asked)) == ([], asked)
    mouse.up()
    visitor.settled()
    assert len(visitor.asked) == asked + 1


@pytest.mark.slow
@pytest.mark.parametrize("status", [404, pytest.param(503, marks=pytest.mark.slow)])
def test_where_the_browser_has_no_engine_the_server_computes_and_the_page_says_so(
    app: str, own_page: Page, lenet5: LeNet5, status: int
) -> None:
    own_page.route(
        "**/jacviz/models/*.json",
        lambda route: route.fulfill(status=status, body="expected a smaller network"),
    )
    visitor = Visitor.visit(own_page, app)
    visitor.draw(FOUR)
    assert becomes_current(visitor, lenet5)
    assert visitor.maps.get_attribute("data-engine") == "server"
    expect(visitor.maps.locator(".jv-note")).to_have_text(
        "Computed by the server: expected a smaller network"
    )


@pytest.mark.slow
def test_a_browser_without_simd_is_served(app: str, own_page: Page, lenet5: LeNet5) -> None:
    own_page.add_init_script("WebAssembly.validate = () => false")
    visitor = Visitor.visit(own_page, app)
    visitor.draw(FOUR)
    assert becomes_current(visitor, lenet5)
    assert visitor.maps.get_attribute("data-engine") == "server"
    expect(visitor.maps.locator(".jv-note")).to_contain_text("expected WebAssembly with SIMD")


@pytest.mark.slow
def test_an_engine_with_other_numbers_than_the_servers_is_told_of(
    app: str, own_page: Page, lenet5: LeNet5
) -> None:
    """Another network's constants: a file damaged on its way, or a broken optimisation."""

    def damage(route: Route) -> None:
        constants = np.frombuffer(route.fetch().body(), "<f4").copy()
        constants[np.abs(constants) > 0.05] *= 1.05
        route.fulfill(body=constants.tobytes())

    own_page.route("**/jacviz/models/*.bin", damage)
    visitor = Visitor.visit(own_page, app)
    while visitor.draw(FOUR[:1]).version and not visitor.maps.locator(".jv-note").inner_text():
        visitor.press(RESET)
    visitor.draw(FOUR)
    expect(visitor.maps.locator(".jv-note")).to_contain_text("the server's are shown")
    assert becomes_current(visitor, lenet5)
    assert visitor.maps.get_attribute("data-engine") == "server"


@pytest.fixture(scope="module")
def large_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    path = os.pathsep.join([str(TESTS.parent), str(TESTS)])
    env = {**os.environ, "JACVIZ_MODELS": "large:large", "PYTHONPATH": path}
    with Server(["-m", "jacviz"], tmp_path_factory.mktemp("large"), env=env) as server:
        yield f"{server.url}/?network=large"


@pytest.mark.slow
def test_a_network_that_takes_long_is_computed_beside_the_page(
    large_app: str, own_page: Page
) -> None:
    workers: list[str] = []
    own_page.on("worker", lambda worker: workers.append(worker.url))
    visitor = Visitor.visit(own_page, large_app)
    visitor.wait_for_engine()
    assert any(url.endswith("engine_worker.js") for url in workers)
    visitor.settled()
    asked, before = len(visitor.asked), visitor.shown()
    visitor.stroke(FOUR[0], steps=20)
    shown = visitor.after(before)
    assert len(visitor.asked) == asked + 1  # only the finished stroke
    model = large()
    sensed = jacviz.sensitivity(model, jacviz.frame(drawing_codec.decode(visitor.asked[-1])).image)
    assert shown.top == LABELS[sensed.top]
    assert float(shown.probability) == pytest.approx(sensed.probabilities.max(), abs=1e-4)
    assert visitor.maps.get_attribute("data-confirmed") == "true"
    assert visitor.errors == []


@pytest.mark.slow
def test_where_an_engine_fails_the_server_answers_instead(
    app: str, own_page: Page, lenet5: LeNet5
) -> None:
    """As a module does that runs out of its memory."""
    own_page.add_init_script(
        """const instantiate = WebAssembly.instantiate;
           WebAssembly.instantiate = async (...parts) => {
             const { instance } = await instantiate.apply(WebAssembly, parts);
             const jacobian = (...addresses) => {
               if (window.broken) throw new WebAssembly.RuntimeError("out of bounds");
               return instance.exports.jacobian(...addresses);
             };
             return { instance: { exports: { jacobian } } };
           };"""
    )
    visitor = Visitor.visit(own_page, app)
    visitor.wait_for_engine()
    visitor.page.evaluate("window.broken = true")
    visitor.draw(FOUR)
    assert becomes_current(visitor, lenet5)
    assert visitor.maps.get_attribute("data-engine") == "server"
    expect(visitor.maps.locator(".jv-note")).to_have_text("Computed by the server: out of bounds")
