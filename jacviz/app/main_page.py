"""The page: a sheet to draw on at the left, ten maps at the right."""

import contextlib
import time

import streamlit as st

from jacviz.app import components, downloads, image_import, tour, view_controls
from jacviz.app.canvas import PEN_WIDTH, PEN_WIDTHS, canvas
from jacviz.app.canvas import SIDE as SHEET
from jacviz.app.state import State
from jacviz.errors import JacvizError
from jacviz.export import drawing_codec
from jacviz.server.handlers import maps
from jacviz.typing import UInt8Array

PEN_TAKEN = "pen-taken"
REST = 0.3  # s


def show(methods: st.Page) -> None:
    """Draw the page, with a link to the page of `methods`.

    Pen, maps and what can be kept are fragments, each run alone when it changes. Only where the
    maps are blind, every finished stroke runs the whole page, which hands them the answer.
    """
    blind, first = components.blind(), image_import.linked()
    initial = image_import.on_canvas()
    with st.container(key="studio-room", horizontal=True, gap="medium"):
        with st.container(key="left", width=SHEET):
            if not first.embedded:
                _head()
            width = st.session_state.get(PEN_TAKEN, PEN_WIDTH)
            ink = canvas(width, follow=blind, initial=initial)
            if first.embedded:
                _unseen()
            else:
                with st.container(key="tools", horizontal=True, gap="medium"):
                    st.fragment(_pen)()
                    components.overlay()
                components.reading()
        with st.container(key="embedded" if first.embedded else "right", width="stretch"):
            if blind:
                _maps(ink)
            else:
                st.fragment(_maps)(None)
            if not first.embedded:
                _foot(first, drawing_codec.encode(ink) if blind else None, methods)


def _head() -> None:
    with st.container(key="head", horizontal=True, gap=None):
        st.html('<h1 class="jv-name">jacviz</h1><p>How each pixel moves each answer</p>')
        st.fragment(image_import.offer)()
        components.keys()


def _unseen() -> None:
    """What an embedded page needs of the controls that it does not have."""
    st.fragment(image_import.listen)()
    with st.container(key="unseen"):
        components.overlay()


def _pen() -> None:
    # Two updates shortly after one another can make the canvas forget its drawing (it is set up
    # anew while it is still being set up), so it gets a new width once the slider rests.
    width = st.slider("Pen width", *PEN_WIDTHS, value=PEN_WIDTH, key="pen", format="%d px")
    if width != st.session_state.get(PEN_TAKEN, PEN_WIDTH):
        time.sleep(REST)
        st.session_state[PEN_TAKEN] = width
        st.rerun(scope="app")


def _maps(ink: UInt8Array | None) -> None:
    """The switches and the maps; with ink, the maps show its answer and look at no sheet."""
    first = image_import.linked()
    view = view_controls.take(first) if first.embedded else view_controls.show(first)
    try:
        shown = None if ink is None else maps(ink, view.wishes)
    except JacvizError as error:
        components.complaint(str(error))
        return
    components.studio(view, shown, first)
    if components.blind() and ink is None:
        st.rerun(scope="app")


def _foot(first: State, message: bytes | None, methods: st.Page) -> None:
    """Below the maps: a stop of the tour, or what can be taken away and the strokes."""
    if first.tour is not None:
        # Where a network is missing, the maps say so.
        with contextlib.suppress(JacvizError):
            components.tour(tour.contents(first.tour))
    elif message is not None:
        _keep(message, methods)
    else:
        st.fragment(_keep)(None, methods)
        components.timeline()


def _keep(message: bytes | None, methods: st.Page) -> None:
    """What can be taken away of a drawing: of the one given, or else of the last finished one."""
    with st.container(key="keep", horizontal=True, gap="small", vertical_alignment="center"):
        components.sharing(message)
        downloads.offer(components.drawn() if message is None else message)
        st.space("stretch")
        st.html('<a class="jv-go" href="?tour=1" target="_self">Tour</a>', width="content")
        st.page_link(
            methods,
            label="How the Jacobian is computed",
            icon=":material/arrow_forward:",
            icon_position="right",
        )
