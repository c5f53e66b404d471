"""A link tells another browser of the drawing and the view."""

from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect

from browser.studio import FOUR, SEVEN, Shown, Studio, Visit

pytestmark = pytest.mark.browser


def _content(shown: Shown) -> tuple[str, str, str]:
    return shown.top, shown.probability, shown.ink


def _bars(page: Page) -> str:
    return page.get_by_test_id("jacviz-reading").inner_text()


def _link(studio: Studio) -> str:
    """Copy the link as a person does; what the clipboard then holds."""
    studio.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    studio.page.get_by_role("button", name="Copy link").click()
    expect(studio.page.get_by_role("status").get_by_text("Copied")).to_be_visible()
    link: str = studio.page.evaluate("() => navigator.clipboard.readText()")
    return link


def test_a_link_opened_in_another_browser_shows_the_same_probabilities_and_view(
    studio: Studio, elsewhere: Visit
) -> None:
    expect(studio.page.get_by_role("button", name="Copy link")).to_be_disabled()
    studio.draw(FOUR)
    for name in ("Logit", "Each its own"):
        before = studio.shown()
        studio.page.get_by_role("radio", name=name, exact=True).click()
        drawn = studio.after(before)
    link = _link(studio)
    assert len(link) < 2500
    assert studio.page.url == link
    other = elsewhere(link)
    assert _content(other.drawn()) == _content(drawn)
    assert _bars(other.page) == _bars(studio.page)
    assert other.picture() == studio.picture()
    expect(other.page.get_by_role("radio", name="Logit", exact=True)).to_be_checked()
    expect(other.page.get_by_role("radio", name="Each its own")).to_be_checked()
    more = other.draw(SEVEN)
    assert _content(other.press("Undo")) == _content(drawn) != _content(more)
    assert other.press("Reset canvas & history").top == ""
    assert other.complaints == []


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("drawing=1abc", "damaged"),
        ("drawing=1" + 30_000 * "A", "got 30,001"),
        ("drawing=9xyz", "another version"),
        ("drawing=%F0%9F%96%8B&space=everything", "space=everything cannot be used"),
    ],
)
def test_a_link_that_cannot_be_read_is_complained_of_over_an_empty_sheet(
    app: str, elsewhere: Visit, query: str, words: str
) -> None:
    studio = elsewhere(f"{app}/?{query}")
    expect(studio.page.get_by_role("alert").filter(has_text=words)).to_be_visible()
    assert studio.settled().top == ""
    assert studio.draw(FOUR).top == "4"


def test_drawing_on_leaves_the_address_alone(studio: Studio) -> None:
    studio.draw(FOUR[:1])
    _link(studio)
    before = studio.page.url
    assert parse_qs(urlsplit(before).query).keys() == {"drawing"}
    studio.draw(FOUR[1:])
    assert studio.page.url == before
