"""The real app, its real server, a real Chromium."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, sync_playwright

from jacviz.bench.chromium import FLAGS

from browser.studio import Studio
from serving import Server


@pytest.fixture(scope="session")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a running app, started with the `jacviz` command."""
    folder = tmp_path_factory.mktemp("app")
    with Server(["-m", "jacviz"], folder) as server:
        yield server.url


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


@pytest.fixture
def studio(app: str, chromium: Browser) -> Iterator[Studio]:
    """A fresh visitor in front of the page, 1440 x 900, light theme."""
    context = chromium.new_context(viewport={"width": 1440, "height": 900}, color_scheme="light")
    yield Studio.visit(context.new_page(), app)
    context.close()
