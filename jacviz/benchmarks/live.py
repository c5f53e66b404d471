"""Time the page while a real mouse draws on it, and the baselines it is compared with."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeAlias

import numpy as np

from jacviz.benchmarks import tensorflow_js
from jacviz.benchmarks.chromium import chromium
from jacviz.benchmarks.servers import EMPTY_PAGE, JACVIZ, ONE_TEXT, ONLY_CANVAS, Server, serving
from jacviz.benchmarks.strokes import stroke
from jacviz.errors import JacvizError
from jacviz.models.shipped import STANDARD
from jacviz.resources import ASSETS

if TYPE_CHECKING:
    from playwright.async_api import Browser, Page, Route

# Who answers while the pen moves.
Engine: TypeAlias = Literal["browser", "server"]

PAGE_PROBE = Path(__file__).with_name("watch.js")
COMPUTE = Path(__file__).with_name("compute.js")
COMPUTING_TURNS = 30
MAX_DIFFERENCE = 1e-4  # of another engine's Jacobian, as a share of the largest derivative

MAPS = "[data-testid=jacviz-maps]"
CANVAS = ".st-key-canvas canvas.upper-canvas"
MODEL_FILES = "**/jacviz/models/**"
ENGINE_TIMEOUT_S = 60
SLOWEST_METHOD = "integrated-gradients"
SLOWEST_NAME = "every move, integrated gradients, by the server"
STROKES_PER_CANVAS = 10
SETTLE_MS = 350  # without an update, a stroke's last answer is painted
MOVE_INTERVAL_S = 0.008  # of a fast mouse


@dataclass
class LiveMeasurements:
    """Milliseconds by default; lists hold one number for each repetition."""

    engine: Engine = "browser"
    """Who answered while the pen moved."""
    idle: list[float] = field(default_factory=list)
    one_text: list[float] = field(default_factory=list)
    pen_up: list[float] = field(default_factory=list)
    confirmed: list[float] = field(default_factory=list)
    """From pen-up to the server's answer."""
    display_rate: float = 0.0
    """Animation frames a second of the page at rest."""
    moves_a_second: dict[str, float] = field(default_factory=dict)
    updates_a_second: dict[str, float] = field(default_factory=dict)
    bytes_up: list[int] = field(default_factory=list)
    """Of each message while the pen was down, as are `bytes_down`."""
    bytes_down: list[int] = field(default_factory=list)
    remounts: int = 0
    blanks: int = 0
    faded: int = 0
    frames: int = 0
    stale: int = 0
    cold_start: dict[str, list[float]] = field(default_factory=dict)
    compute: dict[str, list[float]] = field(default_factory=dict)
    """Microseconds of what the browser computes, by name."""
    relaxed: bool = False
    """Whether it computed with relaxed SIMD."""
    differences: dict[str, float] = field(default_factory=dict)
    """Of other engines' Jacobians from ours, as shares of the largest derivative."""
    failures: dict[str, str] = field(default_factory=dict)
    """Why some engine has no figures."""


async def measure(
    strokes: int,
    starts: int,
    long_strokes: int,
    progress: Callable[[], None],
    *,
    engine: Engine = "browser",
    tensorflow: Path | None = None,
) -> LiveMeasurements:
    """Draw, and time. `tensorflow` is a folder of tensorflow_js.install, to compare with.

    Raises JacvizError where the page is answered by another engine than `engine`.
    """
    found = LiveMeasurements(engine)
    if engine == "browser":
        # A browser of its own: what draws for WebGL would go on for a while.
        async with chromium() as browser:
            with serving(JACVIZ) as app:
                await _time_computing(browser, app, tensorflow, found)
    async with chromium() as browser:
        if starts:
            await _cold_starts(browser, starts, found)
        with serving(ONE_TEXT) as text, serving(JACVIZ) as app:
            text_page = await _open_page(browser, text, "button")
            page = await _open_app(browser, app, engine)
            found.display_rate = await page.evaluate("jacvizBench.displayRate()")
            # In turns, so that changes of the machine's speed affect both alike.
            for number in range(strokes):
                await page.bring_to_front()
                if number and number % STROKES_PER_CANVAS == 0:
                    await _clear(page)
                await _draw(page, number, _step_by_step)
                found.pen_up.append(await page.evaluate(f"jacvizBench.settled({SETTLE_MS})"))
                confirmed = await page.evaluate("jacvizBench.confirmed()")
                if confirmed is not None:
                    found.confirmed.append(confirmed)
                found.stale += not await _is_current(page, engine)
                found.idle.append(await page.evaluate("jacvizBench.idle()"))
                await text_page.bring_to_front()
                found.one_text.append(await _one_text(text_page))
                progress()
            await page.bring_to_front()
            for name, move_pointer in (
                ("every move", _step_by_step),
                ("a move every 8 ms", _paced),
            ):
                await _rates(page, engine, name, move_pointer, long_strokes, found)
            await _take_down(page, found)
            found.bytes_up = await page.evaluate("jacvizBench.seen.sent")
            found.bytes_down = await page.evaluate("jacvizBench.seen.received")
            await page.context.close()
            page = await _open_app(browser, app, "server", f"?method={SLOWEST_METHOD}")
            await page.wait_for_selector(f"{MAPS}[data-method={SLOWEST_METHOD}]")
            await _rates(page, "server", SLOWEST_NAME, _step_by_step, long_strokes, found)
            await _take_down(page, found)
    return found


async def _take_down(page: "Page", found: LiveMeasurements) -> None:
    """Add what a page has seen of itself."""
    seen = await page.evaluate("jacvizBench.seen")
    for name in ("remounts", "blanks", "faded", "frames"):
        setattr(found, name, getattr(found, name) + seen[name])


async def _open_page(
    browser: "Browser", server: Server, awaited: str, query: str = "", *, block: str | None = None
) -> "Page":
    context = await browser.new_context(viewport={"width": 1440, "height": 900})
    page = await context.new_page()
    if block is not None:
        await page.route(block, _refuse)
    await page.goto(server.url + query)
    await page.wait_for_selector(awaited)
    return page


async def _refuse(route: "Route") -> None:
    await route.fulfill(status=404, body="blocked by jacviz bench live --engine server")


async def _open_app(browser: "Browser", app: Server, engine: Engine, query: str = "") -> "Page":
    """Open the app; wait until `engine` answers drawings, then watch."""
    block = MODEL_FILES if engine == "server" else None
    page = await _open_page(browser, app, CANVAS, query, block=block)
    await page.wait_for_selector(".imagelayer image", state="attached")
    deadline = time.perf_counter() + ENGINE_TIMEOUT_S
    for seed in count():
        version = await page.locator(MAPS).get_attribute("data-version")
        await _draw(page, seed, _step_by_step)
        await page.wait_for_function(
            f"document.querySelector('{MAPS}').dataset.version > {version}"
        )
        await page.wait_for_selector(f"{MAPS}[data-settled=true]")
        answered = await page.locator(MAPS).get_attribute("data-engine")
        if answered == engine:
            break
        if time.perf_counter() > deadline:
            note = await page.locator(f"{MAPS} .jv-note").inner_text()
            raise JacvizError(f"expected the {engine} to answer, got the {answered}: {note}")
    await page.wait_for_timeout(1500)
    await page.evaluate(PAGE_PROBE.read_text())
    await _clear(page)
    return page


async def _time_computing(
    browser: "Browser", app: Server, tensorflow: Path | None, found: LiveMeasurements
) -> None:
    """Time what the browser computes, in a page of the server's where nothing else runs."""
    from jacviz.export import drawing_codec

    with np.load(ASSETS / "digits.npz", allow_pickle=False) as sample:
        ink = np.pad(np.kron(sample["images"][0], np.ones((3, 3), np.uint8)), 7)
    context = await browser.new_context()
    page = await context.new_page()
    await page.goto(f"{app.url}/_stcore/health")
    if tensorflow is not None:
        backend = tensorflow / tensorflow_js.WASM_BACKEND
        await page.route(
            "**/tfjs-backend-wasm*.wasm",
            lambda route: route.fulfill(path=backend.with_name(route.request.url.split("/")[-1])),
        )
        for script in (tensorflow / tensorflow_js.CORE, backend):
            await page.add_script_tag(path=script)
        await page.evaluate("tf.wasm.setWasmPaths(location.origin + '/tfjs/')")
    done = await page.evaluate(
        COMPUTE.read_text(),
        {
            "network": STANDARD,
            "drawing": [*drawing_codec.encode(ink)],
            "weights": None if tensorflow is None else tensorflow_js.lenet5_weights(),
            "turns": COMPUTING_TURNS,
        },
    )
    await context.close()
    found.compute, found.relaxed = done["us"], done["relaxed"]
    found.differences, found.failures = done["differences"], done["failures"]
    for name, difference in found.differences.items():
        if not difference <= MAX_DIFFERENCE:
            raise JacvizError(
                f"{name}: expected our Jacobian, got one that differs by {difference:.1e} of the "
                "largest derivative"
            )


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


async def _rates(
    page: "Page",
    engine: Engine,
    name: str,
    move_pointer: MovePointer,
    strokes: int,
    found: LiveMeasurements,
) -> None:
    moves, seconds, updates = 0, 0.0, 0
    await _clear(page)
    for seed in range(strokes):
        before = len(await page.evaluate("jacvizBench.seen.updates"))
        seconds += await _draw(page, seed, move_pointer, points=150)
        updates += len(await page.evaluate("jacvizBench.seen.updates")) - before
        moves += 149
        await page.evaluate(f"jacvizBench.settled({SETTLE_MS})")
        found.stale += not await _is_current(page, engine)
        await _clear(page)
    found.moves_a_second[name] = moves / seconds
    found.updates_a_second[name] = updates / seconds


async def _is_current(page: "Page", engine: Engine) -> bool:
    """Whether the page shows the library's answer to the drawing on the canvas, by that engine."""
    from jacviz.export import drawing_codec
    from jacviz.models.registry import get_model
    from jacviz.preprocessing.mnist import frame
    from jacviz.server.model_store import get_engine

    frame_ = frame(drawing_codec.decode(bytes(await page.evaluate("jacvizBench.drawing()"))))
    shown = await page.locator(MAPS).evaluate("root => ({...root.dataset})")
    if frame_.empty:
        return bool(shown["top"] == "" and shown["ink"] == "0.00")
    sensitivity = get_engine(STANDARD).sensitivity(frame_)
    return bool(
        shown["exact"] == "true"
        and shown["engine"] == engine
        and shown["top"] == get_model(STANDARD).labels[sensitivity.top]
        and abs(float(shown["probability"]) - sensitivity.probabilities[sensitivity.top]) < 1e-4
        and abs(float(shown["ink"]) - float(frame_.image.sum())) < 0.02
    )
