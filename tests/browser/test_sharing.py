"""A link tells another browser of the drawing and the view."""

from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect

from browser.visitor import FOUR, SEVEN, Shown, Visit, Visitor

pytestmark = pytest.mark.browser


def _content(shown: Shown) -> tuple[str, str, str]:
    return shown.top, shown.probability, shown.ink


def _bars(page: Page) -> str:
    return page.get_by_test_id("jacviz-reading").inner_text()


def _link(visitor: Visitor) -> str:
    """Copy the link as a person does; what the clipboard then holds."""
    visitor.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    visitor.page.get_by_role("button", name="Copy link").click()
    expect(visitor.page.get_by_role("status").get_by_text("Copied")).to_be_visible()
    link: str = visitor.page.evaluate("() => navigator.clipboard.readText()")
    return link


def test_a_link_opened_in_another_browser_shows_the_same_probabilities_and_view(
    visitor: Visitor, elsewhere: Visit
) -> None:
    expect(visitor.page.get_by_role("button", name="Copy link")).to_be_disabled()
    visitor.draw(FOUR)
    for name in ("Logit", "Each its own"):
        before = visitor.shown()
        visitor.page.get_by_role("radio", name=name, exact=True).click()
        drawn = visitor.after(before)
    link = _link(visitor)
    assert len(link) < 2500
    assert visitor.page.url == link
    other = elsewhere(link)
    assert _content(other.drawn()) == _content(drawn)
    assert _bars(other.page) == _bars(visitor.page)
    assert other.picture() == visitor.picture()
    expect(other.page.get_by_role("radio", name="Logit", exact=True)).to_be_checked()
    expect(other.page.get_by_role("radio", name="Each its own")).to_be_checked()
    more = other.draw(SEVEN)
    assert _content(other.press("Undo")) == _content(drawn) != _content(more)
    assert other.press("Reset canvas & history").top == ""
    assert other.errors == []


@pytest.mark.parametrize(
    ("query", "words"),
    [
        pytest.param("drawing=1abc", "damaged", marks=pytest.mark.slow),
        pytest.param("drawing=1" + 30_000 * "A", "got 30,001", marks=pytest.mark.slow),
        pytest.param("drawing=9xyz", "another version", marks=pytest.mark.slow),
        ("drawing=%F0%9F%96%8B&space=everything", "space=everything cannot be used"),
    ],
)
def test_a_link_that_cannot_be_read_is_named_over_an_empty_canvas(
    app: str, elsewhere: Visit, query: str, words: str
) -> None:
    visitor = elsewhere(f"{app}/?{query}")
    expect(visitor.page.get_by_role("alert").filter(has_text=words)).to_be_visible()
    assert visitor.settled().top == ""
    assert visitor.draw(FOUR).top == "4"


def test_drawing_on_leaves_the_address_alone(visitor: Visitor) -> None:
    visitor.draw(FOUR[:1])
    _link(visitor)
    before = visitor.page.url
    assert parse_qs(urlsplit(before).query).keys() == {"drawing"}
    visitor.draw(FOUR[1:])
    assert visitor.page.url == before
