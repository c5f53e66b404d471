"""The page: a sheet to draw on at the left, ten maps at the right."""

from pathlib import Path
from typing import cast, get_args

import streamlit as st

from jacviz.errors import JacvizError
from jacviz.framing import frame
from jacviz.sensitivities import Space
from jacviz.ui import components, wire
from jacviz.ui.canvas import PEN_WIDTH, PEN_WIDTHS, canvas
from jacviz.ui.canvas import SIDE as SHEET
from jacviz.ui.engine import engine

STYLE = Path(__file__).parent / "static" / "page.css"
SCALES = {"shared": "One for all", "each": "Each its own"}


def show() -> None:
    """Draw the page; Streamlit calls this once per visit, and the studio once per stroke."""
    st.set_page_config(page_title="jacviz", page_icon="🖋️", layout="wide")
    st.html(STYLE)
    _studio()


@st.fragment
def _studio() -> None:
    with st.container(key="studio", horizontal=True, gap="medium"):
        with st.container(key="left", width=SHEET):
            st.html('<h1 class="jv-name">jacviz</h1><p>How each pixel moves each answer</p>')
            pen_width = st.session_state.get("pen", PEN_WIDTH)
            ink = canvas(pen_width)
            st.slider("Pen width", *PEN_WIDTHS, value=PEN_WIDTH, key="pen", format="%d px")
            components.reading()
        with st.container(key="right", width="stretch"):
            with st.container(key="switches", horizontal=True, gap="medium"):
                space = st.segmented_control(
                    "Output",
                    get_args(Space),
                    default="probability",
                    required=True,
                    format_func=str.capitalize,
                    key="space",
                )
                scale = st.segmented_control(
                    "Colour scale",
                    list(SCALES),
                    default="shared",
                    required=True,
                    format_func=SCALES.__getitem__,
                    key="scale",
                )
            framed = frame(ink)
            try:
                sensed = engine().sense(framed)
            except JacvizError as error:
                st.error(str(error))
                return
            components.maps(
                wire.encode(
                    framed.image,
                    sensed,
                    labels=engine().labels,
                    space=cast(Space, space),
                    scale=cast(wire.Scale, scale),
                )
            )
