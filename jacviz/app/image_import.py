"""Import what was not drawn here: a sample, an image file, a link's drawing."""

from base64 import b64decode
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import streamlit as st

from jacviz.app import components, tour
from jacviz.app.canvas_image import fit_image, initial_drawing, restore_drawing
from jacviz.app.samples import samples
from jacviz.app.state import State, parse_query, restrict_to_model
from jacviz.app.view import View
from jacviz.errors import AssetError, InputError
from jacviz.export import link_codec
from jacviz.models.model import Model
from jacviz.models.registry import get_model
from jacviz.preprocessing.image_io import FORMATS, read_image
from jacviz.typing import Float32Array, UInt8Array

MAX_MEGABYTES = 16
MAX_BYTES = MAX_MEGABYTES * 2**20
SUFFIXES = [*(name.lower() for name in FORMATS[:-1]), "jpg", "tif", "ppm", "pgm"]


@dataclass
class CanvasImage:
    """The ink that was last put on the canvas, (392, 392) uint8; None for a cleared canvas."""

    ink: UInt8Array | None = None
    revision: int = 0
    """Counts the changes of `ink`; 0 before the first."""
    shown_revision: int = 0
    """The revision that the canvas was last given."""
    errors: tuple[str, ...] = ()
    """Why the last import failed, or what of a link could not be used."""

    def replace(self, ink: UInt8Array | None) -> None:
        self.ink = ink
        self.revision += 1
        self.errors = ()


def canvas_image() -> CanvasImage:
    """Get this visitor's canvas image, one object per session."""
    current: CanvasImage = st.session_state.setdefault("canvas-image", CanvasImage())
    return current


def initial_canvas() -> dict[str, Any] | None:
    """Get the canvas' initial drawing for this run; None where no image was ever put on it."""
    link_state()
    image = canvas_image()
    image.shown_revision = image.revision
    return initial_drawing(image.ink, image.revision) if image.revision else None


def link_state() -> State:
    """Get the state of this visit's link; the first call puts its drawing on the canvas."""
    if "link-state" not in st.session_state:
        query = st.query_params
        state, errors = parse_query((name, text) for name in query for text in query.get_all(name))
        model = get_model(state.network)
        state, more_errors = restrict_to_model(
            state, height=model.height, width=model.width, classes=len(model.labels)
        )
        errors += more_errors
        if state.tour is not None and state.drawing is None:
            try:
                stop = tour.state(state.tour)
                state = replace(stop, present=state.present, embedded=state.embedded)
            except AssetError as error:
                errors += (f"This stop of the tour cannot be shown: {error}.",)
                state = replace(state, tour=None)
        if state.drawing is not None:
            canvas_image().replace(restore_drawing(link_codec.decode(state.drawing)))
        if errors:
            _fail(*errors)
        st.session_state["link-state"] = state
    state_of_link: State = st.session_state["link-state"]
    return state_of_link


def without_menu() -> None:
    """Import pasted images and show errors, without the menu's button."""
    _handle_canvas_input()
    _show_errors()


def _handle_canvas_input(network: str | None = None) -> None:
    image = canvas_image()
    components.canvas_input(
        has_image=image.ink is not None,
        max_bytes=MAX_BYTES,
        network=network,
        on_clear=_clear,
        on_paste=_paste,
    )
    if image.shown_revision != image.revision:
        st.rerun(scope="app")


def menu() -> None:
    """Show the menu of samples and uploads; an import reruns the whole page."""
    popover = st.popover(
        "Open", type="tertiary", icon=":material/folder_open:", key="open", on_change="rerun"
    )
    if popover.open:
        with popover:
            _show_errors()
            try:
                components.gallery(len(samples()), on_choose=_choose)
            except AssetError as error:
                components.error_message(f"There are no sample digits: {error}.")
            st.file_uploader(
                f"Or an image of {_model().subject}: upload it, or paste it anywhere on this page",
                type=SUFFIXES,
                max_upload_size=MAX_MEGABYTES,
                key=f"picture-{canvas_image().revision}",
                on_change=_upload,
            )
    _handle_canvas_input(_model().name if popover.open else None)


def _show_errors() -> None:
    for sentence in canvas_image().errors:
        components.error_message(sentence)


def _model() -> Model:
    """Get the model that the page shows, as far as the browser has told."""
    network = st.session_state.get("image-input", {}).get("network")
    return View.parse({"network": network or link_state().network}).model


def _clear() -> None:
    canvas_image().replace(None)


def _choose() -> None:
    number = st.session_state["gallery"]["chosen"]
    if isinstance(number, int) and 0 <= number < len(samples()):
        _import(samples()[number] / np.float32(255))


def _upload() -> None:
    file = st.session_state[f"picture-{canvas_image().revision}"]
    if file is None:
        canvas_image().errors = ()
    else:
        _open(file.getvalue(), f"The file {file.name}")


def _paste() -> None:
    image = st.session_state["image-input"]["pasted"]
    if not image:
        _fail(f"The pasted image is larger than {MAX_MEGABYTES} MB. Your drawing is kept.")
    else:
        _open(b64decode(image), "The pasted image")


def _open(data: bytes, name: str) -> None:
    try:
        ink = read_image(data, name)
    except InputError as error:
        _fail(f"{error}. Your drawing is kept.")
        return
    if ink.any():
        _import(ink)
    else:
        _fail(f"{name} shows no {_model().noun}. Your drawing is kept.")


def _import(ink: Float32Array) -> None:
    canvas_image().replace(fit_image(ink))
    st.session_state["open"] = False


def _fail(*errors: str) -> None:
    """Show errors in the menu, instead of earlier ones, until an import succeeds."""
    canvas_image().errors = errors
    st.session_state["open"] = True
