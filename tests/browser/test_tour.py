"""The guided tour, walked from its first stop to its last."""

import pytest
from playwright.sync_api import expect

import jacviz
from jacviz.app import tour
from jacviz.export import link_codec

from browser.visitor import ONE, Visitor

pytestmark = pytest.mark.browser

# What a stop's state says is shown, and where.
SHOWS = {1: "jacviz-inspector", 3: "jacviz-what-if", 4: "jacviz-versus"}


def _follow(visitor: Visitor, name: str) -> None:
    """Follow a link, and wait until the new page has painted its drawing."""
    with visitor.page.expect_navigation():
        visitor.page.get_by_role("link", name=name, exact=True).click()
    expect(visitor.maps).to_have_attribute("data-exact", "true", timeout=30_000)


def _shows_what_its_words_say(visitor: Visitor, number: int) -> None:
    page = visitor.page
    assert page.url.endswith(f"?tour={number}")
    strip = page.get_by_role("region", name="Tour")
    expect(strip).to_contain_text(" ".join(tour.sentences(number)))
    expect(strip.get_by_role("heading", name=tour.STOPS[number - 1].title)).to_be_visible()
    state = tour.state(number)
    assert state.drawing is not None
    framed = jacviz.frame(link_codec.decode(state.drawing))
    answer = jacviz.sensitivity(jacviz.load_lenet5(state.network), framed.image)
    shown = visitor.shown()
    assert shown.top == str(answer.top)
    assert shown.probability == f"{answer.probabilities[answer.top]:.4f}"
    assert visitor.maps.get_attribute("data-network") == state.network
    lit = visitor.maps.locator(".jv-layer .jv-square:not([hidden])")
    expect(lit).to_have_count(10 if state.pixel else 0)
    if number in SHOWS:
        expect(page.get_by_test_id(SHOWS[number])).to_be_visible()


def test_it_starts_goes_on_and_is_left_with_its_drawing(visitor: Visitor) -> None:
    page = visitor.page
    _follow(visitor, "Tour")
    _shows_what_its_words_say(visitor, 1)
    _follow(visitor, "Next")
    _shows_what_its_words_say(visitor, 2)
    left = visitor.shown()
    _follow(visitor, "Leave")
    expect(page.get_by_role("region", name="Tour")).to_have_count(0)
    assert (visitor.shown().top, visitor.shown().probability) == (left.top, left.probability)
    expect(page.get_by_role("button", name="Copy link")).to_be_enabled()
    assert visitor.errors == []


@pytest.mark.slow
def test_each_stop_shows_its_drawing_as_its_words_say(visitor: Visitor) -> None:
    page = visitor.page
    for number in range(1, len(tour.STOPS) + 1):
        _follow(visitor, "Tour" if number == 1 else "Next")
        _shows_what_its_words_say(visitor, number)
    expect(page.get_by_role("link", name="Next", exact=True)).to_have_count(0)

    _follow(visitor, "Back")
    assert page.url.endswith("?tour=4")
    strip = page.get_by_role("region", name="Tour")
    visitor.draw(ONE)
    expect(strip).not_to_contain_text("the map below", use_inner_text=True)
    visitor.press("Undo")
    expect(strip).to_contain_text("the map below", use_inner_text=True)
    visitor.press("Reset canvas & history")
    _follow(visitor, "go back to it")
    expect(strip).to_contain_text("the map below", use_inner_text=True)
    assert visitor.errors == []


@pytest.mark.slow
@pytest.mark.parametrize("number", [4, pytest.param(3, marks=pytest.mark.slow)])
def test_the_fullest_stops_need_no_scrolling_on_a_small_screen(
    visitor: Visitor, app: str, number: int
) -> None:
    page = visitor.page
    page.set_viewport_size({"width": 1024, "height": 768})
    page.goto(f"{app}/?tour={number}")
    expect(page.get_by_test_id(SHOWS[number])).to_be_visible(timeout=30_000)
    expect(page.get_by_role("region", name="Tour")).to_be_visible(timeout=30_000)
    for presentation in (False, True):
        if presentation:
            page.keyboard.press("p")
            expect(page.get_by_label("Pen width")).to_be_hidden()
        strip = page.get_by_role("region", name="Tour").bounding_box()
        assert strip is not None
        assert strip["y"] + strip["height"] <= 768
        assert visitor.excess(".stMain") == [0, 0]
