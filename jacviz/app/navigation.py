"""The two pages and the way from one to the other."""

from functools import cache
from pathlib import Path

import streamlit as st

from jacviz.app import components, main_page

STATIC = Path(__file__).parent / "frontend"
STYLES = ("page.css", "methods.css")


def show() -> None:
    """Draw the page that the address asks for; Streamlit calls this once per visit.

    Who looks at the second page finds the drawing as it was left: the first one stays where it
    is meanwhile, only unseen.
    """
    drawing = st.Page(lambda: None, title="jacviz", url_path="draw", default=True)
    methods = st.Page(
        lambda: _methods(drawing),
        title="How the Jacobian is computed · jacviz",
        url_path="methods",
    )
    here = st.navigation([drawing, methods], position="hidden")
    st.set_page_config(page_title=here.title, page_icon="🖋️", layout="wide")
    components.style(_style())
    if here.url_path != methods.url_path:
        st.session_state["drawing-page"] = True
    if "drawing-page" in st.session_state:
        main_page.show(methods)
    if here.url_path == methods.url_path:
        here.run()


@cache
def _style() -> str:
    """The style sheet of both pages."""
    return "".join((STATIC / name).read_text(encoding="utf-8") for name in STYLES)


def _methods(back: st.Page) -> None:
    # What this page needs is imported when somebody visits it.
    from jacviz.app import methods_page

    methods_page.show(back)
