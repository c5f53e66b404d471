"""Time the page while a real mouse draws on it, and the baselines it is compared with."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from jacviz.benchmarks.chromium import chromium
from jacviz.benchmarks.servers import EMPTY_PAGE, JACVIZ, ONE_TEXT, ONLY_CANVAS, Server, serving
from jacviz.benchmarks.strokes import stroke
from jacviz.server import websocket
from jacviz.server.endpoint import PATH

if TYPE_CHECKING:
    from playwright.async_api import Browser, Page, WebSocket

PAGE_PROBE = Path(__file__).with_name("watch.js")
MAPS = "[data-testid=jacviz-maps]"
CANVAS = ".st-key-canvas canvas.upper-canvas"
STROKES_PER_CANVAS = 10
SETTLE_MS = 350  # without an update, a stroke's last answer is painted
MOVE_INTERVAL_S = 0.008  # of a fast mouse


@dataclass
class LiveMeasurements:
    """Milliseconds by default; lists hold one number for each repetition."""

    idle: list[float] = field(default_factory=list)
    one_text: list[float] = field(default_factory=list)
    pen_up: list[float] = field(default_factory=list)
    moves_a_second: dict[str, float] = field(default_factory=dict)
    updates_a_second: dict[str, float] = field(default_factory=dict)
    bytes_up: list[int] = field(default_factory=list)
    bytes_down: list[int] = field(default_factory=list)
    remounts: int = 0
    blanks: int = 0
    faded: int = 0
    frames: int = 0
    stale: int = 0
    cold_start: dict[str, list[float]] = field(default_factory=dict)


async def measure(
    strokes: int, starts: int, long_strokes: int, progress: Callable[[], None]
) -> LiveMeasurements:
    found = LiveMeasurements()
    async with chromium() as browser:
        if starts:
            await _cold_starts(browser, starts, found)
        with serving(ONE_TEXT) as text, serving(JACVIZ) as app:
            text_page = await _open_page(browser, text, "button")
            page = await _open_page(browser, app, CANVAS)
            await _wait_until_ready(page)
            traffic = _Traffic(page)
            await page.reload()
            await _wait_until_ready(page)
            await page.evaluate(PAGE_PROBE.read_text())
            await _clear(page)
            # In turns, so that changes of the machine's speed affect both alike.
            for number in range(strokes):
                await page.bring_to_front()
                if number and number % STROKES_PER_CANVAS == 0:
                    await _clear(page)
                await _draw(page, number, _step_by_step)
                found.pen_up.append(await page.evaluate(f"jacvizBench.settled({SETTLE_MS})"))
                found.stale += not await _is_current(page)
                found.idle.append(await page.evaluate("jacvizBench.idle()"))
                await text_page.bring_to_front()
                found.one_text.append(await _one_text(text_page))
                progress()
            await page.bring_to_front()
            traffic.clear()
            for name, move_pointer in (
                ("every move", _step_by_step),
                ("a move every 8 ms", _paced),
            ):
                await _rates(page, name, move_pointer, long_strokes, found)
            found.bytes_up, found.bytes_down = traffic.sizes()
            await _choose_slowest_maps(page)
            name = "every move, integrated gradients"
            await _rates(page, name, _step_by_step, long_strokes, found)
            seen = await page.evaluate("jacvizBench.seen")
            for name in ("remounts", "blanks", "faded", "frames"):
                setattr(found, name, seen[name])
    return found


async def _open_page(browser: "Browser", server: Server, awaited: str) -> "Page":
    context = await browser.new_context(viewport={"width": 1440, "height": 900})
    page = await context.new_page()
    await page.goto(server.url)
    await page.wait_for_selector(awaited)
    return page


async def _wait_until_ready(page: "Page") -> None:
    """Wait until the network is loaded and answers drawings."""
    await page.wait_for_selector(CANVAS)
    await page.wait_for_selector(".imagelayer image", state="attached")
    version = await page.locator(MAPS).get_attribute("data-version")
    await _draw(page, 0, _step_by_step)
    await page.wait_for_function(f"document.querySelector('{MAPS}').dataset.version > {version}")
    await page.wait_for_timeout(1500)


async def _cold_starts(browser: "Browser", starts: int, found: LiveMeasurements) -> None:
    """Seconds from starting the server's process to a page that can be used."""
    for attempt in range(1 + starts):  # the first also fills the disk's cache
        for name, arguments, flag, awaited in (
            ("an empty Streamlit page", EMPTY_PAGE, "--server.port", "button"),
            ("a page with st_canvas alone", ONLY_CANVAS, "--server.port", CANVAS),
            ("jacviz", JACVIZ, "--port", CANVAS),
        ):
            with serving(arguments, flag) as server:
                page = await _open_page(browser, server, awaited)
                if attempt:
                    took = time.perf_counter() - server.started
                    found.cold_start.setdefault(name, []).append(took)
                await page.context.close()


MovePointer = Callable[["Page", list[tuple[float, float]]], Awaitable[None]]


async def _step_by_step(page: "Page", places: list[tuple[float, float]]) -> None:
    """The browser takes each move before the next is made, as Playwright's mouse does."""
    for x, y in places:
        await page.mouse.move(x, y)


async def _paced(page: "Page", places: list[tuple[float, float]]) -> None:
    """A move every 8 ms, whether or not the browser has taken the last one."""
    session = await page.context.new_cdp_session(page)
    begin = time.perf_counter()
    moves = []
    for number, (x, y) in enumerate(places):
        await asyncio.sleep(max(0.0, begin + number * MOVE_INTERVAL_S - time.perf_counter()))
        event = {"type": "mouseMoved", "x": x, "y": y, "button": "left", "buttons": 1}
        moves.append(asyncio.ensure_future(session.send("Input.dispatchMouseEvent", event)))
    await asyncio.gather(*moves)
    await session.detach()


async def _draw(page: "Page", seed: int, move_pointer: MovePointer, points: int = 24) -> float:
    """Draw one stroke; seconds between its first and its last move."""
    box = await page.locator(CANVAS).bounding_box()
    assert box is not None
    origin, size = (box["x"], box["y"]), (box["width"], box["height"])
    places = [(float(x), float(y)) for x, y in origin + stroke(seed, points) * size]
    await page.mouse.move(*places[0])
    await page.mouse.down()
    begin = time.perf_counter()
    await move_pointer(page, places[1:])
    took = time.perf_counter() - begin
    await page.mouse.up()
    return took


async def _clear(page: "Page") -> None:
    await page.get_by_role("button", name="Reset canvas & history").click()
    await page.evaluate(f"jacvizBench.settled({SETTLE_MS})")


async def _one_text(page: "Page") -> float:
    """Milliseconds from pen-up on a button to the text it rewrites, painted."""
    await page.evaluate(
        """() => {
          window.painted = new Promise((done) => {
            let lifted = 0;
            const options = { capture: true, once: true };
            addEventListener("pointerup", () => (lifted = performance.now()), options);
            const twice = (act) => requestAnimationFrame(() => requestAnimationFrame(act));
            const text = document.querySelector("[data-testid=stText]").parentElement;
            const observer = new MutationObserver(() => {
              observer.disconnect();
              twice(() => done(performance.now() - lifted));
            });
            observer.observe(text, { subtree: true, childList: true, characterData: true });
          });
        }"""
    )
    await page.get_by_role("button", name="Again").click()
    took: float = await page.evaluate("window.painted")
    await page.wait_for_timeout(100)
    return took


async def _choose_slowest_maps(page: "Page") -> None:
    await page.get_by_role("combobox", name="Maps").click()
    await page.get_by_role("option", name="Integrated gradients", exact=True).click()
    await page.wait_for_selector(f"{MAPS}[data-method=integrated-gradients]")


async def _rates(
    page: "Page", name: str, move_pointer: MovePointer, strokes: int, found: LiveMeasurements
) -> None:
    moves, seconds, updates = 0, 0.0, 0
    await _clear(page)
    for seed in range(strokes):
        before = len(await page.evaluate("jacvizBench.seen.updates"))
        seconds += await _draw(page, seed, move_pointer, points=150)
        updates += len(await page.evaluate("jacvizBench.seen.updates")) - before
        moves += 149
        await page.evaluate(f"jacvizBench.settled({SETTLE_MS})")
        found.stale += not await _is_current(page)
        await _clear(page)
    found.moves_a_second[name] = moves / seconds
    found.updates_a_second[name] = updates / seconds


async def _is_current(page: "Page") -> bool:
    """Whether the page shows the library's answer to the drawing on the canvas."""
    from jacviz.export import drawing_codec
    from jacviz.models.registry import get_model
    from jacviz.models.shipped import STANDARD
    from jacviz.preprocessing.mnist import frame
    from jacviz.server.model_store import get_engine

    frame_ = frame(drawing_codec.decode(bytes(await page.evaluate("jacvizBench.drawing()"))))
    shown = await page.locator(MAPS).evaluate("root => ({...root.dataset})")
    if frame_.empty:
        return bool(shown["top"] == "" and shown["ink"] == "0.00")
    sensitivity = get_engine(STANDARD).sensitivity(frame_)
    return bool(
        shown["exact"] == "true"
        and shown["top"] == get_model(STANDARD).labels[sensitivity.top]
        and abs(float(shown["probability"]) - sensitivity.probabilities[sensitivity.top]) < 1e-4
        and abs(float(shown["ink"]) - float(frame_.image.sum())) < 0.02
    )


class _Traffic:
    """Records the bytes of each live request of a page and of its answer."""

    def __init__(self, page: "Page") -> None:
        self._up: list[int] = []
        self._down: list[int] = []
        page.on("websocket", self._listen)

    def _listen(self, socket: "WebSocket") -> None:
        if PATH not in socket.url:
            return
        exact: dict[int, bool] = {}

        def sent(message: str | bytes) -> None:
            number, query, _ = websocket.unpack_request(_bytes(message))
            exact[number] = query["exact"] == "1"
            if not exact[number]:
                self._up.append(len(message))

        def received(message: str | bytes) -> None:
            number, _, _ = websocket.unpack_response(_bytes(message))
            if not exact.pop(number, True):
                self._down.append(len(message))

        socket.on("framesent", sent)
        socket.on("framereceived", received)

    def clear(self) -> None:
        self._up.clear()
        self._down.clear()

    def sizes(self) -> tuple[list[int], list[int]]:
        return list(self._up), list(self._down)


def _bytes(message: str | bytes) -> bytes:
    return message.encode() if isinstance(message, str) else message
