"""The real app, its real server, a real Chromium."""

from collections.abc import Generator, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from playwright.sync_api import Browser, Error, Page, sync_playwright

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


class Kept:
    """The page of `visitor`, kept from test to test for as long as it can be made as new."""

    def __init__(self, app: str, page: Page) -> None:
        self._app, self._page = app, page
        self._visitor: Visitor | None = None
        self._untouched = ""

    def visitor(self) -> Visitor:
        if self._visitor is None:
            self._visitor = Visitor.visit(self._page, self._app)
            self._untouched = self._visitor.chosen()
        return self._visitor

    def reset(self, *, failed: bool) -> None:
        """Make the page as new, or have the next test load another."""
        if self._visitor is None:
            return
        try:
            reset = not failed and self._visitor.reset(self._untouched)
        except Error:
            reset = False
        if not reset:
            self.leave()

    def leave(self) -> None:
        if self._visitor is not None:
            self._visitor.leave()
            self._visitor = None


FAILED = pytest.StashKey[bool]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if report.failed:
        item.stash[FAILED] = True
    return report


@pytest.fixture(scope="session")
def kept(app: str, desk: Page) -> Kept:
    return Kept(app, desk)


@pytest.fixture
def visitor(kept: Kept, request: pytest.FixtureRequest) -> Iterator[Visitor]:
    """Somebody in front of the page, 1440 x 900, light theme; nothing is drawn or chosen.

    Others may have drawn there before, because a new page takes a second to load.
    """
    yield kept.visitor()
    kept.reset(failed=request.node.stash.get(FAILED, False))


@pytest.fixture
def new_visitor(app: str, kept: Kept, desk: Page) -> Iterator[Visitor]:
    """Somebody in front of a page that was just loaded, and that a test may change."""
    kept.leave()
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
