"""The first page: the canvas at the left, a map for each class at the right."""

import contextlib
import time

import streamlit as st

from jacviz.app import components, downloads, image_import, tour
from jacviz.app.canvas import DEFAULT_PEN_WIDTH_PX, PEN_WIDTH_RANGE_PX, SIDE_PX, canvas
from jacviz.app.state import State
from jacviz.app.view import View
from jacviz.errors import JacvizError
from jacviz.export import drawing_codec
from jacviz.server.handlers import maps
from jacviz.typing import UInt8Array

APPLIED_PEN_WIDTH = "applied-pen-width"
PEN_WIDTH_DEBOUNCE_S = 0.3


def show(methods: st.Page) -> None:
    """Show the page, with a link to the page `methods`.

    Pen, maps and save menu are fragments, each rerun alone when it changes. Only where the browser
    cannot read the canvas, every finished stroke and every change of the view reruns the whole
    page, which answers it.
    """
    unreadable, state = components.canvas_is_unreadable(), image_import.link_state()
    initial = image_import.initial_canvas()
    with st.container(key="workspace", horizontal=True, gap="medium"):
        with st.container(key="left", width=SIDE_PX):
            if not state.embedded:
                _header()
            width = st.session_state.get(APPLIED_PEN_WIDTH, DEFAULT_PEN_WIDTH_PX)
            ink = canvas(width, send_drawing=unreadable, initial_drawing=initial)
            if state.embedded:
                _hidden_controls()
            else:
                with st.container(key="tools", horizontal=True, gap="medium"):
                    st.fragment(_pen_width)()
                    components.overlay()
                components.prediction()
            components.reconnection()
        with st.container(key="embedded" if state.embedded else "right", width="stretch"):
            if unreadable:
                _footer(state, (drawing_codec.encode(ink), _maps(ink)), methods)
            else:
                st.fragment(_maps)(None)
                _footer(state, None, methods)


def _header() -> None:
    with st.container(key="head", horizontal=True, gap=None):
        st.html('<h1 class="jv-name">jacviz</h1><p>How each pixel moves each answer</p>')
        st.fragment(image_import.menu)()
        components.keyboard()


def _hidden_controls() -> None:
    """Mount the components that an embedded page needs, without their controls."""
    st.fragment(image_import.without_menu)()
    with st.container(key="unseen"):
        components.overlay()


def _pen_width() -> None:
    # A second update while st_canvas is still mounting makes it lose its drawing: debounce.
    width = st.slider(
        "Pen width", *PEN_WIDTH_RANGE_PX, value=DEFAULT_PEN_WIDTH_PX, key="pen", format="%d px"
    )
    if width != st.session_state.get(APPLIED_PEN_WIDTH, DEFAULT_PEN_WIDTH_PX):
        time.sleep(PEN_WIDTH_DEBOUNCE_S)
        st.session_state[APPLIED_PEN_WIDTH] = width
        st.rerun(scope="app")


def _maps(ink: UInt8Array | None) -> View:
    """Show the view controls and the maps; with ink, the maps of this ink in the view returned."""
    state = image_import.link_state()
    if state.embedded:
        view = View.of(state)
    else:
        view = components.view_controls(state, tell=ink is not None)
    try:
        answer = None if ink is None else maps(ink, view.map_request)
    except JacvizError as error:
        components.error_message(str(error))
        return view
    components.live_maps(answer, state)
    if components.canvas_is_unreadable() and ink is None:
        st.rerun(scope="app")
    return view


def _footer(state: State, drawing: tuple[bytes, View] | None, methods: st.Page) -> None:
    """Show, below the maps, a stop of the tour, or the save menu and the timeline."""
    if state.embedded:
        return
    if state.tour is not None:
        # The maps show this error already.
        with contextlib.suppress(JacvizError):
            components.tour(tour.contents(state.tour))
    else:
        st.fragment(_save_bar)(drawing, methods)
        if drawing is None:
            components.timeline()


def _save_bar(drawing: tuple[bytes, View] | None, methods: st.Page) -> None:
    """Show the save menu and links for a drawing and its view, by default those on the page."""
    with st.container(key="save-bar", horizontal=True, gap="small", vertical_alignment="center"):
        components.share_link(drawing and drawing[0])
        downloads.save_menu(drawing)
        st.space("stretch")
        st.html('<a class="jv-go" href="?tour=1" target="_self">Tour</a>', width="content")
        st.page_link(
            methods,
            label="How the Jacobian is computed",
            icon=":material/arrow_forward:",
            icon_position="right",
        )
