"""A person in front of the page: draws with a real mouse, reads what the page shows."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import ConsoleMessage, Error, Locator, Page, Request, WebSocket

Point = tuple[float, float]

# Strokes on a canvas of side 1.
FOUR: list[list[Point]] = [
    [(0.35, 0.2), (0.3, 0.55), (0.7, 0.55)],
    [(0.62, 0.2), (0.6, 0.5), (0.58, 0.85)],
]
ONE: list[list[Point]] = [[(0.5, 0.15), (0.5, 0.5), (0.5, 0.85)]]
SEVEN: list[list[Point]] = [[(0.25, 0.2), (0.7, 0.2), (0.45, 0.85)]]

RESET = "Reset canvas & history"

SIZES = (1440, 900), (1024, 768)

ANSWER = "/jacviz/answer"
STREAMLIT = "/_stcore/stream"
MAPS = "[data-testid=jacviz-maps]"

NEWER = "([maps, version]) => Number(document.querySelector(maps).dataset.version) > version"

# As if a new version of the canvas had hidden its inside from scripts.
HIDDEN_CANVAS = """const attach = Element.prototype.attachShadow;
Element.prototype.attachShadow = function (options) {
  const root = attach.call(this, {...options, mode: "open"});
  const query = root.querySelector.bind(root);
  root.querySelector = (what) => what.includes("upper-canvas") ? null : query(what);
  return root;
};"""

# Streamlit has nothing to do, and the maps have painted the exact answer to what is on the canvas.
SETTLED = """maps => {
  const streamlit = document.querySelector("[data-testid=stApp]");
  const settled = document.querySelector(maps)?.dataset.settled === "true";
  return settled && streamlit.dataset.testScriptState === "notRunning";
}"""

# What is chosen on the page, wherever it can be; the number of strokes is the drawing's.
CHOSEN = """maps => {
  const root = document.querySelector(maps);
  const controls = [
    ...document.querySelectorAll("input, select, dialog, [role=slider], [role=tab], [role=radio]"),
  ].filter((control) => !control.closest("[data-testid=jacviz-timeline]"));
  const states = ["aria-valuenow", "aria-selected", "aria-checked"];
  return JSON.stringify([
    location.href,
    localStorage.length,
    document.querySelectorAll(
      ".jv-square:not([hidden]), [role=alert], [data-testid=stPopoverBody]",
    ).length,
    controls.map(({ value, checked, open }) => [value, checked, open]),
    controls.map((control) => states.map((state) => control.getAttribute(state))),
  ]);
}"""

# Where some elements are, once that has been the same for ten frames.
STILL = """selectors => new Promise((done) => {
  let last = "", same = 0;
  const look = () => {
    const boxes = selectors.map((one) => document.querySelector(one).getBoundingClientRect());
    const now = JSON.stringify(boxes);
    same = now === last ? same + 1 : 0;
    last = now;
    if (same < 10) requestAnimationFrame(look);
    else done(JSON.parse(now));
  };
  look();
})"""


def dressed(page: Page) -> bool:
    """Whether the page's own style sheet is in effect."""
    outline: str = page.locator(".st-key-canvas").evaluate(
        "it => getComputedStyle(it).outlineStyle"
    )
    return outline == "solid"


@dataclass
class Shown:
    """What the maps' root says of the last painted update."""

    version: int
    top: str
    probability: str
    ink: str


@dataclass
class Visitor:
    page: Page
    errors: list[str] = field(default_factory=list)
    asked: list[bytes] = field(default_factory=list)
    """The drawings whose exact answers the page asked for."""
    told: int = 0
    """How many times the page has told Streamlit something, and so made it run."""

    @classmethod
    def visit(cls, page: Page, url: str) -> "Visitor":
        """Somebody new at this address."""
        visitor = cls(page)
        page.on("pageerror", visitor._hear_error)
        page.on("console", visitor._hear_console)
        page.on("request", visitor._note_request)
        page.on("websocket", visitor._note_socket)
        page.goto(url)
        visitor.loaded()
        return visitor

    def loaded(self) -> None:
        """Wait until one can draw."""
        self.canvas.wait_for(timeout=60_000)
        self.plot.locator(".imagelayer image").wait_for(timeout=60_000)
        self.settled()

    def chosen(self) -> str:
        """What is chosen on the page, as a text to compare."""
        text: str = self.page.evaluate(CHOSEN, MAPS)
        return text

    def reset(self, untouched: str) -> bool:
        """Clear what is drawn, and forget what was noted; whether the page is as before.

        `untouched` is what was chosen when the page was new.
        """
        page = self.page
        page.set_viewport_size({"width": 1440, "height": 900})
        page.emulate_media(color_scheme="light")
        page.mouse.move(4, 4)
        page.keyboard.press("Escape")
        maps = page.get_by_role("tab", name="Maps", exact=True)
        if page.url.count("/") > 3 or not maps.is_visible():
            return False
        maps.click()
        maps.blur()
        self.settled()
        if self.shown().top:
            told = self.told
            self.press(RESET)
            while self.told == told:  # a reset, unlike a stroke, has Streamlit run
                page.wait_for_timeout(10)
            self.settled()
        self.errors.clear()
        self.asked.clear()
        self.told = 0
        return self.chosen() == untouched

    def leave(self) -> None:
        """Leave nothing behind for whoever comes next."""
        page = self.page
        page.remove_listener("pageerror", self._hear_error)
        page.remove_listener("console", self._hear_console)
        page.remove_listener("request", self._note_request)
        page.remove_listener("websocket", self._note_socket)
        page.evaluate("() => { localStorage.clear(); sessionStorage.clear(); }")
        page.goto("about:blank")
        page.context.clear_cookies()
        page.context.clear_permissions()

    def _hear_error(self, error: Error) -> None:
        self.errors.append(str(error))

    def _hear_console(self, line: ConsoleMessage) -> None:
        if line.type == "error":
            self.errors.append(line.text)

    def _note_request(self, request: Request) -> None:
        url = urlsplit(request.url)
        query = parse_qs(url.query)
        if url.path.endswith(ANSWER) and query["exact"] == ["1"] and "ask" not in query:
            assert request.post_data_buffer is not None
            self.asked.append(request.post_data_buffer)

    def _note_socket(self, socket: WebSocket) -> None:
        def count(_: str | bytes) -> None:
            self.told += 1

        if STREAMLIT in socket.url:
            socket.on("framesent", count)

    @property
    def canvas(self) -> Locator:
        return self.page.locator(".st-key-canvas canvas.upper-canvas")

    @property
    def maps(self) -> Locator:
        return self.page.locator(MAPS)

    @property
    def plot(self) -> Locator:
        return self.maps.locator(".js-plotly-plot")

    def shown(self) -> Shown:
        data = self.maps.evaluate("root => ({...root.dataset})")
        return Shown(
            int(data["version"]),
            data.get("top", ""),
            data.get("probability", ""),
            data.get("ink", ""),
        )

    def stroke(self, points: Sequence[Point], *, steps: int = 3) -> None:
        """Draw one stroke without waiting for the page."""
        box = self.canvas.bounding_box()
        assert box is not None
        places = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in points]
        mouse = self.page.mouse
        mouse.move(*places[0])
        mouse.down()
        for place in places[1:]:
            mouse.move(*place, steps=steps)
        mouse.up()

    def draw(self, strokes: Sequence[Sequence[Point]]) -> Shown:
        """Draw strokes one after the other, each shown before the next begins."""
        shown = self.shown()
        for points in strokes:
            self.stroke(points)
            shown = self.after(shown)
        return shown

    def press(self, name: str) -> Shown:
        """Press a button of the canvas's toolbar; what is shown then."""
        before = self.shown()
        self.page.get_by_role("button", name=name).click()
        return self.after(before)

    def after(self, before: Shown) -> Shown:
        """What is shown once something newer than `before` has been painted."""
        self.wait(NEWER, [MAPS, before.version])
        return self.settled()

    def drawn(self) -> Shown:
        """What is shown once that is what the address tells to draw."""
        return self.after(Shown(0, "", "", ""))

    def settled(self) -> Shown:
        """What is shown once nothing newer is to be expected."""
        self.wait(SETTLED, MAPS)
        return self.shown()

    def wait_for_engine(self) -> None:
        """Draw until the browser's engine has been loaded and answers; then clear the canvas."""
        while self.maps.get_attribute("data-engine") != "browser":
            self.draw(ONE)
        self.press(RESET)

    def wait(self, condition: str, argument: object = None) -> None:
        """Wait until a function in the page's language returns true."""
        self.page.wait_for_function(condition, arg=argument, timeout=60_000)

    def still(self, *selectors: str) -> list[dict[str, float]]:
        """Where these elements are, once nothing moves them any more."""
        boxes: list[dict[str, float]] = self.page.evaluate(STILL, list(selectors))
        return boxes

    def excess(self, selector: str) -> list[int]:
        """By how much an element's content is wider and higher than it, once nothing moves."""
        self.still(".stMain", ".jv-maps", ".jv-panel")
        excess: list[int] = self.page.locator(selector).evaluate(
            "one => [one.scrollWidth - one.clientWidth, one.scrollHeight - one.clientHeight]"
        )
        return excess

    def picture(self) -> str:
        """The maps as Plotly painted them."""
        source: str = self.plot.locator(".imagelayer image").get_attribute("href") or ""
        return source


# Goes to an address as somebody new.
Visit: TypeAlias = Callable[[str], Visitor]
