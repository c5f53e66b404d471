"""A person in front of the page: draws with a real mouse, reads what the page shows."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from playwright.sync_api import Locator, Page, WebSocket

from jacviz.live import line

Point = tuple[float, float]

# Strokes on a sheet of side 1.
FOUR: list[list[Point]] = [
    [(0.35, 0.2), (0.3, 0.55), (0.7, 0.55)],
    [(0.62, 0.2), (0.6, 0.5), (0.58, 0.85)],
]
ONE: list[list[Point]] = [[(0.5, 0.15), (0.5, 0.5), (0.5, 0.85)]]
SEVEN: list[list[Point]] = [[(0.25, 0.2), (0.7, 0.2), (0.45, 0.85)]]

LINE = "/jacviz/answer"
STREAMLIT = "/_stcore/stream"
MAPS = "[data-testid=jacviz-maps]"


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
class Studio:
    page: Page
    complaints: list[str] = field(default_factory=list)
    asked: list[bytes] = field(default_factory=list)
    """The drawings whose exact answers the page asked for."""
    told: int = 0
    """How many times the page has told Streamlit something, and so made it run."""

    @classmethod
    def visit(cls, page: Page, url: str) -> "Studio":
        studio = cls(page)
        page.on("pageerror", lambda error: studio.complaints.append(str(error)))
        page.on(
            "console",
            lambda line: studio.complaints.append(line.text) if line.type == "error" else None,
        )
        page.on("websocket", studio._listen)
        page.goto(url)
        studio.sheet.wait_for(timeout=60_000)
        page.locator(f"{MAPS} .js-plotly-plot .imagelayer image").wait_for(timeout=60_000)
        return studio

    def _listen(self, socket: WebSocket) -> None:
        def note(message: str | bytes) -> None:
            assert isinstance(message, bytes)
            _, query, drawing = line.parse(message)
            if query["exact"] == "1" and "ask" not in query:
                self.asked.append(drawing)

        def count(_: str | bytes) -> None:
            self.told += 1

        if LINE in socket.url:
            socket.on("framesent", note)
        elif STREAMLIT in socket.url:
            socket.on("framesent", count)

    @property
    def sheet(self) -> Locator:
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

    def stroke(self, points: Sequence[Point], *, steps: int = 8) -> None:
        """Draw one stroke without waiting for the page."""
        box = self.sheet.bounding_box()
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
        """Press a button of the sheet's toolbar; what is shown then."""
        before = self.shown()
        self.page.get_by_role("button", name=name).click()
        return self.after(before)

    def after(self, before: Shown) -> Shown:
        """What is shown once something newer than `before` has been painted."""
        self.page.wait_for_function(
            "([root, version]) => Number(document.querySelector(root).dataset.version) > version",
            arg=[MAPS, before.version],
            timeout=15_000,
        )
        return self.settled()

    def settled(self, quiet_ms: int = 400) -> Shown:
        """What is shown once an exact answer has been, and nothing new for a while."""
        self.page.wait_for_function(
            "root => document.querySelector(root).dataset.exact !== 'false'",
            arg=MAPS,
            timeout=60_000,
        )
        while True:
            shown = self.shown()
            self.page.wait_for_timeout(quiet_ms)
            if self.shown().version == shown.version:
                return shown

    def picture(self) -> str:
        """The maps as Plotly painted them."""
        source: str = self.plot.locator(".imagelayer image").get_attribute("href") or ""
        return source
