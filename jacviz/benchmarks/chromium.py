"""A headless Chromium to measure in; Playwright is imported only here, and only when asked for."""

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from jacviz.errors import JacvizError

if TYPE_CHECKING:
    from playwright.async_api import Browser

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@asynccontextmanager
async def chromium() -> "AsyncIterator[Browser]":
    """A browser; JacvizError says how to get what is missing."""
    try:
        from playwright.async_api import async_playwright
    except ImportError:
        raise JacvizError(
            'this bench drives a browser with Playwright: pip install "jacviz[test]"'
        ) from None
    executable = find_chromium()
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=executable, args=FLAGS)
        yield browser
        await browser.close()


def find_chromium() -> str:
    executable = shutil.which("chromium") or shutil.which("google-chrome")
    if executable is None:
        raise JacvizError("no Chromium found: install one, for example `apt-get install chromium`")
    return executable
