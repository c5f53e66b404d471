"""How a person asks about a pixel, or anything else, below the maps."""

from playwright.sync_api import Error, Locator, expect

from browser.visitor import SIZES, Point, Visitor


def on_map(visitor: Visitor, digit: int, row: int, column: int) -> Point:
    """The middle of a pixel in a digit's map."""
    box = visitor.maps.locator(".jv-edge").nth(digit).bounding_box()
    assert box is not None
    return (
        box["x"] + box["width"] * (column + 0.5) / 28,
        box["y"] + box["height"] * (row + 0.5) / 28,
    )


def press(visitor: Visitor, row: int, column: int) -> None:
    """Hold on to a pixel."""
    visitor.page.mouse.click(*on_map(visitor, 5, row, column))


def tab(visitor: Visitor, name: str) -> Locator:
    return visitor.page.get_by_role("tab", name=name, exact=True)


def press_until_seen(control: Locator, seen: Locator) -> None:
    """Press a control, and once more where nothing happens, as a person does.

    Streamlit forgets a change of page, and closes a popover, where a rerun that began before it
    ends after it.
    """
    for _ in range(3):
        control.click()
        try:
            seen.wait_for(timeout=10_000)
        except Error:
            continue
        return
    expect(seen).to_be_visible()


def open_panel(visitor: Visitor) -> Locator:
    """Open the panel with samples and the uploader."""
    panel = visitor.page.get_by_test_id("stPopoverBody")
    press_until_seen(visitor.page.get_by_test_id("stPopoverButton").filter(has_text="Open"), panel)
    return panel


def open_methods(visitor: Visitor) -> None:
    """Follow the link to the second page."""
    link = visitor.page.get_by_role("link", name="How the Jacobian is computed")
    press_until_seen(link, visitor.page.locator(".jv-methods"))


def back_to_drawing(visitor: Visitor) -> None:
    """Follow the link of the second page to the first."""
    press_until_seen(visitor.page.get_by_role("link", name="Back to the drawing"), visitor.canvas)


def answered(visitor: Visitor) -> None:
    """Wait until nothing that is seen below the maps waits for an answer."""
    waiting = visitor.maps.locator("[data-waits], [data-testid=jacviz-versus]:not([data-classes])")
    expect(waiting.filter(visible=True)).to_have_count(0)


def moves_nothing(visitor: Visitor, name: str) -> None:
    """Assert that a tab fits its place at both sizes: nothing moves, and nothing scrolls."""
    for width, height in SIZES:
        visitor.page.set_viewport_size({"width": width, "height": height})
        tab(visitor, "Maps").click()
        visitor.settled()
        before = visitor.still(".st-key-save-bar", ".jv-maps")
        tab(visitor, name).click()
        expect(tab(visitor, name)).to_have_attribute("aria-selected", "true")
        answered(visitor)
        assert visitor.still(".st-key-save-bar", ".jv-maps") == before
        for place in (".stMain", ".jv-panel"):
            assert visitor.excess(place) == [0, 0]
