"""How a person asks about a pixel, or anything else, below the maps."""

from playwright.sync_api import Locator, expect

from browser.studio import SIZES, Point, Studio


def on_map(studio: Studio, digit: int, row: int, column: int) -> Point:
    """The middle of a pixel in a digit's map."""
    box = studio.maps.locator(".jv-edge").nth(digit).bounding_box()
    assert box is not None
    return (
        box["x"] + box["width"] * (column + 0.5) / 28,
        box["y"] + box["height"] * (row + 0.5) / 28,
    )


def press(studio: Studio, row: int, column: int) -> None:
    """Hold on to a pixel."""
    studio.page.mouse.click(*on_map(studio, 5, row, column))


def tab(studio: Studio, name: str) -> Locator:
    return studio.page.get_by_role("tab", name=name, exact=True)


def answered(studio: Studio) -> None:
    """Wait until nothing that is seen below the maps waits for an answer."""
    waiting = studio.maps.locator("[data-waits], [data-testid=jacviz-versus]:not([data-classes])")
    expect(waiting.filter(visible=True)).to_have_count(0)


def moves_nothing(studio: Studio, name: str) -> None:
    """Assert that a tab fits its place at both sizes: nothing moves, and nothing scrolls."""
    for width, height in SIZES:
        studio.page.set_viewport_size({"width": width, "height": height})
        tab(studio, "Maps").click()
        studio.settled()
        before = studio.still(".st-key-save-bar", ".jv-maps")
        tab(studio, name).click()
        expect(tab(studio, name)).to_have_attribute("aria-selected", "true")
        answered(studio)
        assert studio.still(".st-key-save-bar", ".jv-maps") == before
        for place in (".stMain", ".jv-panel"):
            assert studio.excess(place) == [0, 0]
