"""The two pages and the navigation between them."""

from functools import cache

import streamlit as st

from jacviz.app import components, main_page
from jacviz.resources import FRONTEND

STYLES = ("page.css", "methods.css")


def show() -> None:
    """Show the page of the current URL; Streamlit calls this at every script run.

    The first page stays mounted, hidden, while the second one is shown, so that its drawing is
    kept.
    """
    drawing = st.Page(lambda: None, title="jacviz", url_path="draw", default=True)
    methods = st.Page(
        lambda: _methods(drawing),
        title="How the Jacobian is computed · jacviz",
        url_path="methods",
    )
    current = st.navigation([drawing, methods], position="hidden")
    st.set_page_config(page_title=current.title, page_icon="🖋️", layout="wide")
    components.style(_style())
    if current.url_path != methods.url_path:
        st.session_state["drawing-page"] = True
    if "drawing-page" in st.session_state:
        main_page.show(methods)
    if current.url_path == methods.url_path:
        current.run()


@cache
def _style() -> str:
    """Read the style sheet of both pages."""
    return "".join((FRONTEND / name).read_text(encoding="utf-8") for name in STYLES)


def _methods(back: st.Page) -> None:
    # Its imports take long, and most visitors never open it.
    from jacviz.app import methods_page

    methods_page.show(back)
