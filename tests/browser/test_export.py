"""The page of `jacviz export`, from a plain file server: everything happens in the browser."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from click.testing import CliRunner
from playwright.sync_api import Browser, BrowserContext, Page, Request, expect

import jacviz
from jacviz.cli.export import command
from jacviz.explain.sensitivity import Sensitivity
from jacviz.export import drawing_codec, link_codec
from jacviz.models.lenet5 import load_lenet5
from jacviz.models.shipped import READABLE, STANDARD
from jacviz.output_spaces import Space

from browser.conftest import DESK
from browser.reading import agrees
from browser.visitor import FOUR, MAPS, ONE, SEVEN, Point
from serving import Server

pytestmark = pytest.mark.browser

SIZES = (1440, 900), (768, 1024), (390, 844)
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "color_scheme": "dark"}
SETTLED = "maps => document.querySelector(maps)?.dataset.settled === 'true'"
PIXEL = 15, 12

# The page's drawing as its live loop reads it.
DRAWING = """async () => {
  const url = new URL("static/canvas/drawing_codec.js", document.baseURI);
  const { encodeDrawing } = await import(url);
  const canvas = document.querySelector(".st-key-canvas #drawing");
  const { width, height } = canvas;
  const { data } = canvas.getContext("2d").getImageData(0, 0, width, height);
  return [...encodeDrawing(data, height, width, 28)];
}"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of an export in a subfolder of what a file server serves."""
    served = tmp_path_factory.mktemp("served")
    result = CliRunner().invoke(command, [str(served / "course" / "maps")])
    assert result.exit_code == 0, result.output
    arguments = ["-m", "http.server", "--bind", "127.0.0.1", "--directory", str(served)]
    log = tmp_path_factory.mktemp("log")
    with Server(arguments, log, port_flag="--", extra=(), health="/") as server:
        yield f"{server.url}/course/maps/"


@dataclass
class Reader:
    """Somebody on an exported page."""

    page: Page
    site: str
    errors: list[str] = field(default_factory=list)
    requests: list[Request] = field(default_factory=list)

    def open(self, query: str = "") -> None:
        self.page.goto(self.site + query)
        self.settled()

    def note(self, request: Request) -> None:
        self.requests.append(request)

    def settled(self) -> None:
        self.page.wait_for_function(SETTLED, arg=MAPS)

    def place(self, point: Point) -> Point:
        box = self.page.locator("#drawing").bounding_box()
        assert box is not None
        return box["x"] + point[0] * box["width"], box["y"] + point[1] * box["height"]

    def draw(self, strokes: Sequence[Sequence[Point]]) -> None:
        mouse = self.page.mouse
        for points in strokes:
            mouse.move(*self.place(points[0]))
            mouse.down()
            for point in points[1:]:
                mouse.move(*self.place(point), steps=6)
            mouse.up()
            self.settled()

    def touch(self, strokes: Sequence[Sequence[Point]]) -> None:
        devices = self.page.context.new_cdp_session(self.page)

        def send(kind: str, *places: Point) -> None:
            touches = [{"x": x, "y": y} for x, y in places]
            devices.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": touches})

        for points in strokes:
            send("touchStart", self.place(points[0]))
            for (x0, y0), (x1, y1) in pairwise(points):
                for t in np.linspace(0, 1, 7)[1:]:
                    at = (x0 + t * (x1 - x0), y0 + t * (y1 - y0))
                    send("touchMove", self.place(at))
            send("touchEnd")
            self.settled()

    def drawing(self) -> bytes:
        return bytes(self.page.evaluate(DRAWING))

    def attribute(self, name: str) -> str:
        value = self.page.locator(MAPS).get_attribute(f"data-{name}")
        assert value is not None
        return value

    def derivatives(self) -> list[str]:
        """The inspector's, of one pixel for each class."""
        if not self.page.get_by_test_id("jacviz-inspector").is_visible():
            row, column = PIXEL
            edge = self.page.locator(".jv-edge").nth(5)
            edge.scroll_into_view_if_needed()
            box = edge.bounding_box()
            assert box is not None
            x = box["x"] + box["width"] * (column + 0.5) / 28
            self.page.mouse.click(x, box["y"] + box["height"] * (row + 0.5) / 28)
        panel = self.page.get_by_test_id("jacviz-inspector")
        return panel.locator(".jv-derivatives span").all_inner_texts()

    def hovers(self) -> list[str]:
        """What Plotly says of that pixel of each map."""
        texts = self.page.locator(".js-plotly-plot").evaluate("it => it.data[0].text.flat()")
        here = f"row {PIXEL[0]}, column {PIXEL[1]}<"
        return [text for text in texts if here in text]


Visit = Callable[..., Reader]


@pytest.fixture(scope="module")
def desk_browser(chromium: Browser) -> Iterator[BrowserContext]:
    """A browser that has compiled Plotly once for all tests."""
    context = chromium.new_context(**DESK)  # type: ignore[arg-type]
    yield context
    context.close()


@pytest.fixture(scope="module")
def phone_browser(chromium: Browser) -> Iterator[BrowserContext]:
    context = chromium.new_context(**PHONE)  # type: ignore[arg-type]
    yield context
    context.close()


@pytest.fixture
def visit(site: str, desk_browser: BrowserContext) -> Iterator[Visit]:
    """Open the page as somebody new; afterwards, assert that all came from the folder."""
    readers: list[Reader] = []

    def new(query: str = "", browser: BrowserContext = desk_browser) -> Reader:
        reader = Reader(browser.new_page(), site)
        readers.append(reader)
        reader.page.on("pageerror", lambda error: reader.errors.append(str(error)))
        reader.page.on("console", lambda line: reader.errors.append(line.text))
        reader.page.on("request", reader.note)
        reader.page.on("websocket", lambda socket: reader.errors.append(socket.url))
        reader.open(query)
        return reader

    yield new
    for reader in readers:
        assert reader.errors == []
        for request in reader.requests:
            assert request.method == "GET"
            assert request.url.startswith((reader.site, "data:", "blob:")), request.url
            assert request.failure is None
        reader.page.close()


def sensed(drawing: bytes, network: str = STANDARD) -> Sensitivity:
    """The library's answer."""
    frame = jacviz.frame(drawing_codec.decode(drawing))
    return jacviz.sensitivity(load_lenet5(network), frame.image)


def shows_the_librarys_numbers(
    reader: Reader, network: str = STANDARD, space: Space = "probability"
) -> None:
    """Assert that for what is on the page's canvas."""
    wanted = sensed(reader.drawing(), network)
    assert reader.attribute("top") == str(wanted.top)
    shown = float(reader.attribute("probability"))
    assert shown == pytest.approx(wanted.probabilities.max(), abs=1e-4)
    row, column = PIXEL
    hovers = [text.rpartition(" = ")[2] for text in reader.hovers()]
    for texts in (reader.derivatives(), hovers):
        for text, value in zip(texts, wanted.jacobian(space)[:, row, column], strict=True):
            assert agrees(text, value, rounding=1e-5), (text, value)


def test_a_digit_drawn_with_the_mouse_shows_the_librarys_numbers(visit: Visit) -> None:
    reader = visit()
    for strokes, digit in ((FOUR, "4"), (SEVEN, "7")):
        reader.draw(strokes)
        assert reader.attribute("top") == digit
        shows_the_librarys_numbers(reader)
        reader.page.get_by_role("button", name="Clear").click()
        expect(reader.page.locator(MAPS)).to_have_attribute("data-top", "")
    assert (reader.attribute("engine"), reader.attribute("exact")) == ("browser", "true")


@pytest.mark.slow
def test_a_digit_drawn_with_a_finger_shows_them_too(
    visit: Visit, phone_browser: BrowserContext
) -> None:
    reader = visit(browser=phone_browser)
    reader.touch(FOUR)
    assert reader.page.evaluate("[scrollX, scrollY]") == [0, 0]
    assert reader.attribute("top") == "4"
    shows_the_librarys_numbers(reader)


@pytest.mark.slow
def test_while_the_pen_moves_the_maps_follow(visit: Visit) -> None:
    reader = visit()
    mouse = reader.page.mouse
    mouse.move(*reader.place((0.5, 0.2)))
    mouse.down()
    mouse.move(*reader.place((0.5, 0.8)), steps=8)
    maps = reader.page.locator(MAPS)
    expect(maps).to_have_attribute("data-top", re.compile(r"\d"))
    assert reader.attribute("exact") == "false"
    mouse.up()
    expect(maps).to_have_attribute("data-exact", "true")


@pytest.mark.slow
@pytest.mark.parametrize(("network", "space"), [(READABLE, "logit"), (STANDARD, "log-probability")])
def test_network_and_output_can_be_chosen(visit: Visit, network: str, space: Space) -> None:
    reader = visit()
    reader.draw(FOUR)
    for name in (network.capitalize(), space.capitalize()):
        reader.page.get_by_role("radio", name=name, exact=True).click()
    maps = reader.page.locator(MAPS)
    expect(maps).to_have_attribute("data-network", network)
    expect(maps).to_have_attribute("data-space", space)
    reader.settled()
    shows_the_librarys_numbers(reader, network, space)


@pytest.mark.slow
def test_other_maps_and_questions_are_answered(visit: Visit) -> None:
    reader = visit()
    reader.draw(FOUR)
    reader.derivatives()
    wanted = sensed(reader.drawing())
    maps = reader.page.locator(MAPS)
    assert reader.page.get_by_role("combobox", name="Maps").locator("option").all_inner_texts() == [
        "Gradient",
        "Gradient x ink",
    ]
    reader.page.get_by_role("combobox", name="Maps").select_option("gradient-x-ink")
    expect(maps).to_have_attribute("data-method", "gradient-x-ink")
    tabs = reader.page.get_by_role("tab")
    assert tabs.all_inner_texts() == ["Maps", "Pixel", "What if", "Why a, not b"]
    tabs.get_by_text("What if").click()
    predicted = reader.page.get_by_test_id("jacviz-what-if").locator("tbody tr").first
    expect(predicted).to_contain_text("4")
    tabs.get_by_text("Why a, not b").click()
    first, second = np.argsort(-wanted.logits)[:2]
    here = reader.page.get_by_test_id("jacviz-versus").locator("[data-fact=here]")
    expect(here).to_contain_text("Row 15, column 12: ")
    number = here.inner_text().removeprefix("Row 15, column 12: ").removesuffix(" per unit of ink.")
    assert agrees(number, wanted.log_odds(first, second)[PIXEL], rounding=1e-5)


@pytest.mark.slow
def test_strokes_are_undone_and_drawn_again_to_the_pixel(visit: Visit) -> None:
    reader = visit()
    seen = [reader.drawing()]
    for points in FOUR + ONE:
        reader.draw([points])
        seen.append(reader.drawing())
    undo, redo = (reader.page.get_by_role("button", name=name) for name in ("Undo", "Redo"))
    for drawing in seen[-2::-1]:
        undo.click()
        assert reader.drawing() == drawing
    expect(undo).to_be_disabled()
    for drawing in seen[1:]:
        reader.page.keyboard.press("Control+y")
        assert reader.drawing() == drawing
    expect(redo).to_be_disabled()
    expect(reader.page.get_by_role("slider", name="Strokes on the canvas")).to_have_value("3")


def test_a_reload_keeps_drawing_and_view(visit: Visit) -> None:
    reader = visit()
    reader.draw(FOUR)
    reader.page.get_by_role("radio", name="Logit").click()
    reader.page.wait_for_function("location.search.includes('space=logit')")
    drawing = reader.drawing()
    # The app's links carry the same.
    query = parse_qs(urlsplit(reader.page.url).query)
    assert drawing_codec.encode(link_codec.decode(query["drawing"][0])) == drawing
    reader.page.reload()
    expect(reader.page.locator(MAPS)).to_have_attribute("data-top", "4")
    reader.settled()
    assert reader.drawing() == drawing
    shows_the_librarys_numbers(reader, space="logit")
    reader.page.get_by_role("button", name="Copy link").click()
    expect(reader.page.locator(".jv-sharing [role=status]")).not_to_be_empty()


@pytest.mark.slow
def test_a_drawing_from_elsewhere_is_fitted_and_a_bad_link_is_told(visit: Visit) -> None:
    ink = np.zeros((280, 280), np.uint8)
    ink[60:220, 130:150] = 255
    reader = visit(f"?drawing={link_codec.encode(ink)}&space=volume&pixel=14-99&opacity=101")
    expect(reader.page.locator(MAPS)).to_have_attribute("data-top", "1")
    reader.settled()
    shows_the_librarys_numbers(reader)
    told = reader.page.get_by_role("alert").locator("p").all_inner_texts()
    wrong = ["space=volume", "pixel=14-99", "opacity=101"]
    assert told == [f"The link's {each} cannot be used." for each in wrong]
    damaged = visit("?drawing=1abc")
    assert damaged.page.get_by_role("alert").inner_text() == "The link's drawing cannot be used."


@pytest.mark.slow
def test_embedded_it_is_canvas_and_maps_alone(visit: Visit) -> None:
    reader = visit("?embedded=1&space=logit")
    reader.draw(FOUR)
    assert (reader.attribute("top"), reader.attribute("space")) == ("4", "logit")
    for part in ("heading", "radio", "combobox", "tab", "slider"):
        assert reader.page.get_by_role(part).filter(visible=True).count() == 0
    reader.page.wait_for_function("location.search.includes('drawing=')")
    assert "embedded=1" in reader.page.url


@pytest.mark.slow
def test_axe_finds_nothing_and_nothing_overflows(visit: Visit, tmp_path: Path) -> None:
    reader = visit()
    reader.draw(FOUR)
    reader.derivatives()
    for width, height in SIZES:
        reader.page.set_viewport_size({"width": width, "height": height})
        for theme in ("light", "dark"):
            reader.page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
            reader.settled()
            excess = "document.documentElement.scrollWidth - innerWidth"
            assert reader.page.evaluate(excess) <= 0
            found = Axe().run(reader.page).response["violations"]
            assert [(rule["id"], rule["nodes"][0]["html"]) for rule in found] == []


def test_the_theme_is_the_systems_and_changes_with_it(visit: Visit) -> None:
    reader = visit()
    colour = "getComputedStyle(document.body).backgroundColor"
    assert reader.page.evaluate(colour) == "rgb(255, 255, 255)"
    reader.page.emulate_media(color_scheme="dark")
    assert reader.page.evaluate(colour) == "rgb(14, 17, 23)"
    reader.page.wait_for_function(
        "document.documentElement.style.getPropertyValue('--jv-night') > 0.9"
    )


def test_a_browser_that_cannot_run_the_network_says_so(
    site: str, desk_browser: BrowserContext
) -> None:
    page = desk_browser.new_page()
    page.add_init_script("WebAssembly.validate = () => false")
    page.goto(site)
    sentence = page.locator(".jv-sentence")
    expect(sentence).to_have_text(
        "This browser cannot compute the maps: expected WebAssembly with SIMD, "
        "got a browser without"
    )
    page.close()
