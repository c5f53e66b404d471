"""The second page: every method, what it takes, and a few lines to take along."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

import jacviz
from jacviz.autodiff.snippets import snippet

from browser.asking import back_to_drawing, open_methods
from browser.visitor import FOUR, STILL, Visitor

pytestmark = pytest.mark.browser

TABLE = ".jv-methods"
RESTS = "document.querySelector('[data-testid=stApp]').dataset.testScriptState === 'notRunning'"


def _open(visitor: Visitor) -> Page:
    open_methods(visitor)
    return visitor.page


@pytest.fixture
def methods(visitor: Visitor) -> Iterator[Page]:
    """The second page, reached from the first."""
    yield _open(visitor)
    assert visitor.errors == []


def test_the_way_there_and_back_leads_to_the_same_drawing(visitor: Visitor) -> None:
    shown = visitor.draw(FOUR)
    page = _open(visitor)
    assert page.url.endswith("/methods")
    expect(visitor.canvas).to_be_hidden()
    back_to_drawing(visitor)
    expect(page.locator(TABLE)).to_have_count(0)
    back = visitor.settled()
    assert (back.top, back.probability, back.ink) == (shown.top, shown.probability, shown.ink)
    assert visitor.press("Undo").ink != shown.ink
    page.go_back()
    page.locator(TABLE).wait_for()
    assert visitor.errors == []


@pytest.mark.slow
def test_the_address_alone_leads_there_and_on_to_a_canvas(app: str, own_page: Page) -> None:
    page = own_page
    page.goto(f"{app}/methods")
    page.locator(TABLE).wait_for(timeout=60_000)
    assert page.locator(".st-key-canvas").count() == 0
    visitor = Visitor(page)
    back_to_drawing(visitor)
    visitor.loaded()
    assert visitor.draw(FOUR).top == "4"


def test_every_method_is_told_of(methods: Page) -> None:
    for name, method in jacviz.methods().items():
        row = methods.locator(f"{TABLE} tr[data-method={name}]")
        expect(row).to_contain_text(method.about)
        for need in method.needs:
            expect(row).to_contain_text(need.name)
            expect(row).to_contain_text(
                "installed here" if need.is_available() else need.install_hint
            )


def test_a_methods_lines_can_be_copied(methods: Page) -> None:
    methods.context.grant_permissions(["clipboard-read", "clipboard-write"])
    methods.get_by_role("radio", name="batched", exact=True).click()
    expect(methods.get_by_test_id("stCode")).to_contain_text("copies = x.repeat(10, 1, 1, 1)")
    methods.get_by_test_id("stCode").hover()
    methods.get_by_role("button", name="Copy to clipboard").click()
    copied = methods.evaluate("() => navigator.clipboard.readText()")
    assert copied.strip() == snippet("batched").strip()


@pytest.mark.slow
def test_the_page_is_never_wider_than_the_screen(methods: Page) -> None:
    for network in ("LeNet-5", "The article's toy network"):
        methods.get_by_role("radio", name=network).check()
        methods.wait_for_function(RESTS)
        for width, height in ((1440, 900), (1024, 768), (390, 844)):
            methods.set_viewport_size({"width": width, "height": height})
            methods.evaluate(STILL, [TABLE, ".stMain"])
            wider = methods.locator(".stMain").evaluate("m => m.scrollWidth - m.clientWidth")
            assert wider == 0, (network, width)


@pytest.mark.slow
def test_a_measurement_can_be_stopped(methods: Page) -> None:
    button = methods.get_by_role("button", name="Measure here")
    button.click()
    methods.get_by_role("button", name="Stop").click()
    expect(methods.get_by_text("Stopped. The benchmark has no results.")).to_be_visible()
    expect(button).to_be_enabled()
    expect(methods.locator(TABLE)).not_to_contain_text("Measured here")


@pytest.mark.slow
def test_measuring_here_fills_a_column_of_its_own(methods: Page) -> None:
    methods.get_by_role("radio", name="The article's toy network").click()
    button = methods.get_by_role("button", name="Measure here")
    button.click()
    expect(methods.get_by_role("progressbar")).to_be_visible()
    expect(button).to_be_disabled()
    expect(methods.locator(TABLE)).to_contain_text("Measured here", timeout=300_000)
    expect(button).to_be_enabled()
    row = methods.locator(f"{TABLE} tr[data-method=compiled]")
    expect(row.locator("td").last).to_contain_text("e-")
    picture = methods.get_by_role("figure", name="Median time for one Jacobian by each method")
    expect(picture).to_be_visible()
