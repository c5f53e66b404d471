"""What may go wrong between page and server: whatever happens on the way, the last ink wins."""

import random
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Page, Route, WebSocketRoute

from jacviz.models.lenet5 import LeNet5

from browser.expected import becomes_current
from browser.visitor import FOUR, LINE, ONE, Shown, Visitor
from serving import Server

pytestmark = pytest.mark.browser

ANSWER = "**/jacviz/answer?*"
SEEDS = [0, *(pytest.param(seed, marks=pytest.mark.slow) for seed in (1, 2))]


def _without_a_line(page: Page) -> None:
    """As behind a proxy that lets no other web socket through: the page asks by request."""
    page.route_web_socket(re.compile(LINE), lambda socket: socket.close())


@pytest.mark.parametrize("seed", SEEDS)
def test_a_line_that_loses_delays_doubles_and_reorders_ends_on_the_last_ink(
    app: str, own_page: Page, lenet5: LeNet5, seed: int
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

    own_page.route_web_socket(re.compile(LINE), spoil)
    visitor = Visitor.visit(own_page, app)
    for points in FOUR:
        visitor.stroke(points, steps=20)
    while spoilt.total() <= 2:
        visitor.stroke(FOUR[-1], steps=20)
    spoiling = False
    assert becomes_current(visitor, lenet5)
    assert visitor.shown().top == "4"


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_lost_late_doubled_and_reordered_replies_end_on_the_last_ink(
    app: str, own_page: Page, lenet5: LeNet5, seed: int
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
            own_page.wait_for_timeout(chance.randint(50, 600))
            route.fulfill(response=reply)
        else:
            route.continue_()

    _without_a_line(own_page)
    visitor = Visitor.visit(own_page, app)
    own_page.route(ANSWER, spoil)
    for points in FOUR:
        visitor.stroke(points)
    assert becomes_current(visitor, lenet5)
    own_page.unroute_all(behavior="wait")
    assert becomes_current(visitor, lenet5)
    assert visitor.shown().top == "4"


def test_a_reply_that_never_comes_is_asked_for_again(
    app: str, own_page: Page, lenet5: LeNet5
) -> None:
    kept: list[Route] = []

    def keep_two(route: Route) -> None:
        if len(kept) < 2:
            kept.append(route)
        else:
            route.continue_()

    _without_a_line(own_page)
    visitor = Visitor.visit(own_page, app)
    own_page.route(ANSWER, keep_two)
    visitor.stroke(ONE[0])
    assert becomes_current(visitor, lenet5)
    assert len(kept) == 2
    for route in kept:
        route.abort()


def test_the_page_says_that_it_has_settled_only_once_its_last_answer_is_painted(
    app: str, own_page: Page
) -> None:
    held: list[str | bytes] = []
    lines: list[WebSocketRoute] = []
    holding = False

    def hold(page: WebSocketRoute) -> None:
        server = page.connect_to_server()
        server.on_message(lambda answer: held.append(answer) if holding else page.send(answer))
        page.on_message(server.send)
        lines.append(page)

    own_page.route_web_socket(re.compile(LINE), hold)
    visitor = Visitor.visit(own_page, app)
    holding = True
    visitor.stroke(ONE[0])
    while not held:
        own_page.wait_for_timeout(10)
    assert visitor.maps.get_attribute("data-settled") == "false"
    holding = False
    for answer in held:
        lines[-1].send(answer)
    assert visitor.settled().top == "1"


@pytest.fixture
def own_server(tmp_path: Path) -> Iterator[Server]:
    with Server(["-m", "jacviz"], tmp_path) as server:
        yield server


def test_the_server_may_restart_in_the_middle_of_a_stroke(
    own_server: Server, own_page: Page, lenet5: LeNet5
) -> None:
    visitor = Visitor.visit(own_page, own_server.url)
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
    page.add_init_script(
        """const attach = Element.prototype.attachShadow;
           Element.prototype.attachShadow = function (options) {
             const root = attach.call(this, {...options, mode: "open"});
             const query = root.querySelector.bind(root);
             root.querySelector = (what) => what.includes("upper-canvas") ? null : query(what);
             return root;
           };"""
    )
    with page.expect_console_message(lambda line: "cannot be read" in line.text):
        visitor = Visitor.visit(page, app)
    before = Shown(0, "", "", "")
    for points in FOUR:
        visitor.stroke(points)
        before = visitor.after(before)
    assert before.top == "4"
