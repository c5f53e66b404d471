"""The page's style sheet stays, whatever else is said on the page."""

import os
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from jacviz.resources import APP

from browser.asking import back_to_drawing, open_methods
from browser.visitor import FOUR, Visitor, dressed
from serving import Server

pytestmark = pytest.mark.browser

# Each of these puts its message at the top, because a callback runs before the page does.
MESSAGES = {
    "toast": 'st.toast("careful")',
    "error": 'st.error("careful")',
    "style": 'st.html("<style>p { color: red }</style>")',
    "html": 'st.html("<p>careful</p>")',
    "exception": 'st.exception(ValueError("careful"))',
    "balloons": "st.balloons()",
}
APPLICATION = """
import streamlit as st
from jacviz.app import navigation
from jacviz.app import asgi

MESSAGES = {{{messages}}}

def buttons():
    for name, say in MESSAGES.items():
        st.button(name, key="say-" + name, on_click=say)

if __name__ == "__main__":
    navigation.show()
    st.fragment(buttons)()
else:
    app = st.App(
        __file__,
        routes=asgi.routes(),
        middleware=asgi.middleware(),
        lifespan=asgi.lifespan,
    )
"""


@pytest.fixture(scope="module")
def talkative(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The app with buttons below it, each of which says something at the top of the page."""
    folder = tmp_path_factory.mktemp("talkative")
    messages = ", ".join(f"{name!r}: lambda: {code}" for name, code in MESSAGES.items())
    (folder / "app.py").write_text(APPLICATION.format(messages=messages))
    environment = os.environ | {"PYTHONPATH": str(APP.parent)}
    started = Server(
        ["-m", "uvicorn", "app:app", "--log-level", "warning"], folder, extra=(), env=environment
    )
    with started as server:
        yield server.url


@pytest.mark.parametrize(
    "name",
    [pytest.param(name, marks=[] if name == "error" else [pytest.mark.slow]) for name in MESSAGES],
)
def test_no_message_takes_it_away(talkative: str, chromium: Browser, name: str) -> None:
    context = chromium.new_context(viewport={"width": 1440, "height": 900})
    visitor = Visitor.visit(context.new_page(), talkative)
    drawn = visitor.draw(FOUR)
    assert dressed(visitor.page)
    visitor.page.get_by_role("button", name=name, exact=True).click()
    if name not in {"style", "balloons"}:
        expect(visitor.page.get_by_text("careful").first).to_be_attached()
    else:
        visitor.page.get_by_test_id("stStatusWidget").wait_for(state="hidden")
    assert dressed(visitor.page)
    assert visitor.shown().top == drawn.top
    context.close()


@pytest.mark.slow
def test_it_serves_both_pages_and_the_way_between_them(visitor: Visitor) -> None:
    drawn = visitor.draw(FOUR)
    open_methods(visitor)
    methods = visitor.page.locator(".jv-methods")
    expect(methods).to_be_visible()
    expect(methods).to_have_css("border-collapse", "collapse")
    expect(visitor.canvas).to_be_hidden()
    back_to_drawing(visitor)
    assert dressed(visitor.page)
    assert visitor.shown().top == drawn.top
