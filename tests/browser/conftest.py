"""The real app, its real server, a real Chromium."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from jacviz.benchmarks.chromium import FLAGS

from browser.visitor import Visit, Visitor

DESK = {"viewport": {"width": 1440, "height": 900}, "color_scheme": "light"}
TABLET = {"viewport": {"width": 1024, "height": 768}, "has_touch": True}


@contextmanager
def launched(executable: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def chromium(chromium_path: str) -> Iterator[Browser]:
    with launched(chromium_path) as browser:
        yield browser


@contextmanager
def _visiting(page: Page) -> Iterator[Visit]:
    """Visits of a page that is kept from test to test, because a new one has to load and compile
    all scripts again; to the app, each is somebody new."""
    visitors: list[Visitor] = []

    def visit(url: str) -> Visitor:
        visitors.append(Visitor.visit(page, url))
        return visitors[-1]

    yield visit
    for visitor in visitors:
        visitor.leave()


def _kept(chromium: Browser, **options: Any) -> Iterator[Page]:
    context = chromium.new_context(**options)
    yield context.new_page()
    context.close()


@pytest.fixture(scope="session")
def desk(chromium: Browser) -> Iterator[Page]:
    yield from _kept(chromium, **DESK)


@pytest.fixture(scope="session")
def second_desk(chromium: Browser) -> Iterator[Page]:
    yield from _kept(chromium, **DESK)


@pytest.fixture(scope="session")
def tablet_page(chromium: Browser) -> Iterator[Page]:
    yield from _kept(chromium, **TABLET)


@pytest.fixture
def visitor(app: str, desk: Page) -> Iterator[Visitor]:
    """Somebody new in front of the page, 1440 x 900, light theme."""
    desk.set_viewport_size({"width": 1440, "height": 900})
    desk.emulate_media(color_scheme="light")
    with _visiting(desk) as visit:
        yield visit(app)


@pytest.fixture
def elsewhere(second_desk: Page) -> Iterator[Visit]:
    """Visit an address in another browser than the one of `visitor`."""
    with _visiting(second_desk) as visit:
        yield visit


@pytest.fixture
def tablet(tablet_page: Page) -> Iterator[Visit]:
    """Visit an address on a small screen that one touches."""
    with _visiting(tablet_page) as visit:
        yield visit


@pytest.fixture
def own_page(second_desk: Page) -> Iterator[Page]:
    """A page for tests that change what it loads or how it is connected, 1440 x 900."""
    page = second_desk.context.new_page()
    yield page
    page.evaluate("() => { localStorage.clear(); sessionStorage.clear(); }")
    page.close()
