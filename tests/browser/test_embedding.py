"""The embedded page, in a frame of somebody else's."""

import http.server
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from jacviz.app.state import State, format_query

from browser.visitor import ANSWER, FOUR, MAPS

pytestmark = pytest.mark.browser

THEIRS = """<!doctype html><html lang="en"><title>A course</title><h1>Maps of a digit</h1>
<iframe src="{}" title="jacviz" width="1000" height="520" style="border: 0"></iframe>"""


@contextmanager
def _served(folder: Path) -> Iterator[str]:
    handler = partial(http.server.SimpleHTTPRequestHandler, directory=folder)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        # Another name of this machine is another site.
        yield f"http://localhost:{server.server_port}"
        server.shutdown()


def test_canvas_and_maps_live_in_a_frame_of_another_site(
    app: str, own_page: Page, tmp_path: Path
) -> None:
    link = format_query(State(space="logit", overlay="top", embedded=True))
    (tmp_path / "index.html").write_text(THEIRS.format(f"{app}/?{link}"))
    page = own_page
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    with _served(tmp_path) as theirs:
        page.goto(theirs)
        ours = page.frame_locator("iframe")
        canvas = ours.locator(".st-key-canvas canvas.upper-canvas")
        canvas.wait_for(timeout=60_000)
        maps = ours.locator(MAPS)
        maps.locator(".imagelayer image").wait_for(timeout=60_000)

        box = canvas.bounding_box()
        assert box is not None
        for stroke in FOUR:
            places = [
                (box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in stroke
            ]
            page.mouse.move(*places[0])
            page.mouse.down()
            for place in places[1:]:
                page.mouse.move(*place, steps=8)
            # The pen is still down.
            expect(maps).to_have_attribute("data-exact", "false")
            page.mouse.up()
            expect(maps).to_have_attribute("data-exact", "true")
        expect(maps).to_have_attribute("data-top", "4")
        expect(maps).to_have_attribute("data-space", "logit")
        expect(ours.get_by_test_id("jacviz-overlay")).to_be_visible()
        assert any(ANSWER in url for url in requests)

        expect(ours.get_by_text("Copy link")).to_have_count(0)
        for part in ("heading", "slider", "radio", "combobox"):
            assert ours.get_by_role(part).filter(visible=True).count() == 0
        ours.get_by_role("button", name="Reset canvas & history").click()
        expect(maps).to_have_attribute("data-top", "")
        inside = ours.locator(".stMain").evaluate(
            "m => [m.scrollWidth - m.clientWidth, m.scrollHeight - m.clientHeight]"
        )
        assert inside == [0, 0]
