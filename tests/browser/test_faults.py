"""What may go wrong between page and server: whatever happens on the way, the last ink wins."""

import random
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import APIResponse, Page, Route, expect

from jacviz.models.lenet5 import LeNet5

from browser.expected import becomes_current
from browser.visitor import ANSWER, FOUR, HIDDEN_CANVAS, ONE, RESET, Shown, Visitor
from serving import Server

pytestmark = pytest.mark.browser

ANSWERS = f"**{ANSWER}?*"
REPLY_TIMEOUT_MS = 4000


@pytest.fixture(params=["browser", "server"])
def engine(request: pytest.FixtureRequest) -> str:
    """Who computes what the page shows: only the server is asked about each move of the pen."""
    return str(request.param)


def _visit(page: Page, url: str, engine: str) -> Visitor:
    """Visit as somebody whose browser has an engine, or none."""
    if engine == "server":
        page.route("**/jacviz/models/*", lambda route: route.fulfill(status=404))
    visitor = Visitor.visit(page, url)
    if engine == "browser":
        visitor.wait_for_engine()
    return visitor


class Faults:
    """Spoils the first requests, each in another way, in an order by chance."""

    def __init__(self, chance: random.Random) -> None:
        self._left = [self._lose, self._lose_answer, self._refuse, self._double, self._delay]
        chance.shuffle(self._left)
        self._delayed: list[tuple[Route, APIResponse]] = []

    def __call__(self, route: Route) -> None:
        answer = self._left.pop() if self._left else self._answer
        answer(route)

    @property
    def over(self) -> bool:
        return not self._left

    def _lose(self, route: Route) -> None:
        route.abort()

    def _lose_answer(self, route: Route) -> None:
        route.fetch()
        route.abort()

    def _refuse(self, route: Route) -> None:
        route.fulfill(status=503, body="busy")

    def _double(self, route: Route) -> None:
        route.fetch()
        route.continue_()

    def _delay(self, route: Route) -> None:
        """Let the answer come after the one to a later request."""
        self._delayed.append((route, route.fetch()))

    def _answer(self, route: Route) -> None:
        route.fulfill(response=route.fetch())
        while self._delayed:
            delayed, answer = self._delayed.pop()
            delayed.fulfill(response=answer)


@pytest.mark.parametrize("seed", [0, *(pytest.param(n, marks=pytest.mark.slow) for n in (1, 2, 3))])
def test_requests_that_are_lost_refused_doubled_or_reordered_end_on_the_last_ink(
    app: str, own_page: Page, engine: str, lenet5: LeNet5, seed: int
) -> None:
    chance = random.Random(seed)
    faults = Faults(chance)
    visitor = _visit(own_page, app, engine)
    own_page.route(ANSWERS, faults)
    while not faults.over:
        ends = [(chance.uniform(0.2, 0.8), chance.uniform(0.2, 0.8)) for _ in range(2)]
        visitor.stroke(ends, steps=5)
    visitor.press(RESET)
    for points in FOUR:
        visitor.stroke(points)
    assert becomes_current(visitor, lenet5)
    assert visitor.shown().top == "4"
    assert visitor.maps.get_attribute("data-engine") == engine
    expect(visitor.maps).to_have_attribute("data-confirmed", "true")


def test_a_reply_that_never_comes_is_asked_for_again(
    app: str, own_page: Page, engine: str, lenet5: LeNet5
) -> None:
    own_page.clock.install()
    kept: list[Route] = []

    def keep_two(route: Route) -> None:
        if len(kept) < 2:
            kept.append(route)
        else:
            route.continue_()

    visitor = _visit(own_page, app, engine)
    own_page.route(ANSWERS, keep_two)
    visitor.stroke(ONE[0])
    while len(kept) < 2:
        own_page.clock.fast_forward(REPLY_TIMEOUT_MS)
    own_page.clock.fast_forward(REPLY_TIMEOUT_MS)
    assert becomes_current(visitor, lenet5)
    expect(visitor.maps).to_have_attribute("data-confirmed", "true")
    for route in kept:
        route.abort()


def test_the_page_says_that_it_has_settled_only_once_its_last_answer_is_painted(
    app: str, own_page: Page, engine: str
) -> None:
    held: list[Route] = []

    holding = True

    def hold(route: Route) -> None:
        if holding:
            held.append(route)
        else:
            route.continue_()

    visitor = _visit(own_page, app, engine)
    own_page.route(ANSWERS, hold)
    visitor.stroke(ONE[0])
    while not held:
        own_page.wait_for_timeout(10)
    assert visitor.maps.get_attribute("data-settled") == "false"
    holding = False
    for route in held:
        route.continue_()
    assert visitor.settled().top == "1"
    expect(visitor.maps).to_have_attribute("data-confirmed", "true")


@pytest.fixture
def own_server(tmp_path: Path) -> Iterator[Server]:
    with Server(["-m", "jacviz"], tmp_path) as server:
        yield server


@pytest.mark.slow
def test_the_server_may_restart_in_the_middle_of_a_stroke(
    own_server: Server, own_page: Page, engine: str, lenet5: LeNet5
) -> None:
    visitor = _visit(own_page, own_server.url, engine)
    visitor.draw(FOUR[:1])
    box = visitor.canvas.bounding_box()
    assert box is not None
    mouse = visitor.page.mouse
    mouse.move(box["x"] + 0.62 * 392, box["y"] + 0.2 * 392)
    mouse.down()
    mouse.move(box["x"] + 0.6 * 392, box["y"] + 0.5 * 392, steps=5)
    own_server.restart()
    mouse.move(box["x"] + 0.58 * 392, box["y"] + 0.85 * 392, steps=5)
    mouse.up()
    assert becomes_current(visitor, lenet5)
    assert visitor.shown().top == "4"
    expect(visitor.maps).to_have_attribute("data-confirmed", "true")
    before = visitor.shown()
    visitor.page.get_by_role("radio", name="Logit", exact=True).click()
    after = visitor.after(before)
    assert (after.top, after.ink) == (before.top, before.ink)
    # The new server knows the page: its menus work, and save what was drawn before it began.
    visitor.page.get_by_role("button", name="Save", exact=True).click()
    with visitor.page.expect_download() as download:
        visitor.page.get_by_role("button", name="Save the numbers").click()
    with np.load(download.value.path(), allow_pickle=False) as saved:
        assert float(saved["frame"].sum()) == pytest.approx(float(after.ink), abs=0.006)


@pytest.mark.slow
def test_where_the_canvas_cannot_be_read_each_finished_stroke_is_shown(
    app: str, own_page: Page
) -> None:
    """As if a new version of the canvas had hidden its inside."""
    page = own_page
    page.add_init_script(HIDDEN_CANVAS)
    with page.expect_console_message(lambda line: "cannot be read" in line.text):
        visitor = Visitor.visit(page, app)
    before = Shown(0, "", "", "")
    for points in FOUR:
        visitor.stroke(points)
        before = visitor.after(before)
    assert before.top == "4"
