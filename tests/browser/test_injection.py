"""What comes from outside is shown as the text that it is: no link, no picture, no style."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from browser.asking import open_panel
from browser.visitor import FOUR, Visitor

pytestmark = pytest.mark.browser

EVIL = "evil.invalid"
# At most 40 characters, as much as the page repeats of a link.
INJECTIONS = {
    "link": f"[Sign in](http://{EVIL})",
    "bare link": f"http://{EVIL}/in",
    "picture": f"![](http://{EVIL}/i.png)",
    "html": f"<a href=//{EVIL}>in</a>",
    "html picture": f"<img src=//{EVIL}/i>",
    "emoji": ":skull: :material/login:",
    "colour": ":red[bold] :blue-badge[new]",
    "latex": "$x^2$ $$y_1$$",
    "emphasis": "**bold** _it_ `code` ~~no~~",
    "entity": "&lt;b&gt; &amp; &#65;",
}


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """A page that fails whoever makes it ask another server for anything."""
    context = chromium.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    yield page
    assert EVIL not in {urlsplit(url).hostname for url in asked}
    context.close()


def _nothing_but_text(page: Page) -> None:
    for element in (f"a[href*='{EVIL}']", f"img[src*='{EVIL}']", ".katex", "[role=alert] *"):
        expect(page.locator(element)).to_have_count(0)


# Of each kind of markup one by default.
FEW = {"link", "html picture", "latex"}


@pytest.mark.slow
@pytest.mark.parametrize(
    "text",
    [
        pytest.param(text, id=name, marks=[] if name in FEW else [pytest.mark.slow])
        for name, text in INJECTIONS.items()
    ],
)
def test_a_links_parameters(app: str, page: Page, text: str) -> None:
    page.goto(f"{app}/?space={quote(text)}")
    alert = page.get_by_text("cannot be used")
    expect(alert).to_contain_text(f"The link's space={text} cannot", timeout=60_000)
    _nothing_but_text(page)


def test_an_embedded_page_says_so_too(app: str, page: Page) -> None:
    text = INJECTIONS["link"]
    page.goto(f"{app}/?embedded=1&space={quote(text)}")
    alert = page.get_by_text("cannot be used")
    expect(alert).to_contain_text(f"space={text} cannot be used", timeout=60_000)
    expect(alert).to_be_visible()
    _nothing_but_text(page)


@pytest.mark.slow
def test_a_files_name(app: str, page: Page, tmp_path: Path) -> None:
    visitor = Visitor.visit(page, app)
    open_panel(visitor)
    # A file's name has no slash.
    for name in ("[in](evil.invalid) $x$ :red[a].png", "<img src=evil.invalid> **b** :skull:.png"):
        (tmp_path / name).write_bytes(b"no picture")
        page.locator("input[type=file]").set_input_files(tmp_path / name)
        expect(page.get_by_role("alert")).to_contain_text(f"The file {name} is not an image")
        _nothing_but_text(page)
    assert visitor.errors == []


# A network of somebody else's, as far as the page's parts can tell.
RELABEL = """async labels => {
  const { storeOf } = await import(new URL("jacviz/static/state/store.js", document.baseURI));
  const { answers } = storeOf(document.querySelector(".st-key-canvas"));
  answers.publish({ ...answers.latest, labels });
}"""


def test_a_networks_labels(app: str, page: Page) -> None:
    visitor = Visitor.visit(page, app)
    visitor.draw(FOUR)
    page.get_by_role("tab", name="Why a, not b").click()
    page.locator("[data-testid=jacviz-versus][data-classes]").wait_for()
    labels = list(INJECTIONS.values())
    before = visitor.shown()
    page.evaluate(RELABEL, labels)
    visitor.after(before)
    expect(page.locator(".jv-title b")).to_have_text(labels)
    expect(page.get_by_test_id("jacviz-reading").locator("b")).to_have_text(labels)
    expect(page.get_by_test_id("jacviz-versus")).to_contain_text(labels[4])
    box = visitor.plot.bounding_box()
    assert box is not None
    # The maps of the classes with HTML for a name: Plotly's words beside the pointer.
    for column in (3, 4):
        page.mouse.move(box["x"] + box["width"] * (0.2 * column + 0.08), box["y"] + 90)
        expect(page.locator(".hoverlayer")).to_contain_text(f"digit {labels[column]}")
        expect(page.locator(".hoverlayer a")).to_have_count(0)
    _nothing_but_text(page)
