"""Opening something that was not drawn here: a sample, a picture, a link."""

from base64 import b64decode
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import streamlit as st

from jacviz.app import components, tour
from jacviz.app.canvas_image import initial, placed, restored
from jacviz.app.samples import samples
from jacviz.app.state import State, read, within
from jacviz.app.view_controls import view
from jacviz.errors import AssetError, InputError
from jacviz.export import link_codec
from jacviz.models.model import Model
from jacviz.models.registry import get_model
from jacviz.preprocessing.image_io import FORMATS, read_image
from jacviz.typing import Float32Array, UInt8Array

MEGABYTES = 16
MOST_BYTES = MEGABYTES * 2**20
SUFFIXES = [*(name.lower() for name in FORMATS[:-1]), "jpg", "tif", "ppm", "pgm"]


@dataclass
class Laid:
    """What was last laid on the sheet; None for nothing, and then 0 for never."""

    sheet: UInt8Array | None = None
    number: int = 0
    shown: int = 0
    """The number of what the canvas was last given."""
    complaints: tuple[str, ...] = ()
    """Why something was not laid, or not looked at as asked; none since the last success."""

    def lay(self, sheet: UInt8Array | None) -> None:
        self.sheet = sheet
        self.number += 1
        self.complaints = ()


def laid() -> Laid:
    """This visitor's: one object."""
    mine: Laid = st.session_state.setdefault("laid", Laid())
    return mine


def on_canvas() -> dict[str, Any] | None:
    """What the canvas is given to begin with, now; None where nothing was ever laid on it."""
    linked()
    mine = laid()
    mine.shown = mine.number
    return initial(mine.sheet, mine.number) if mine.number else None


def linked() -> State:
    """The state that this visit's link told of; its drawing is then laid on the sheet."""
    if "linked" not in st.session_state:
        query = st.query_params
        state, complaints = read((name, text) for name in query for text in query.get_all(name))
        model = get_model(state.network)
        state, more = within(
            state, height=model.height, width=model.width, classes=len(model.labels)
        )
        complaints += more
        if state.tour is not None and state.drawing is None:
            try:
                stop = tour.state(state.tour)
                state = replace(stop, present=state.present, embedded=state.embedded)
            except AssetError as error:
                complaints += (f"This stop of the tour cannot be shown: {error}.",)
                state = replace(state, tour=None)
        if state.drawing is not None:
            laid().lay(restored(link_codec.decode(state.drawing)))
        if complaints:
            _complain(*complaints)
        st.session_state["linked"] = state
    mine: State = st.session_state["linked"]
    return mine


def listen() -> None:
    """Without a button: pasting a picture, or clearing what was laid, runs the whole page."""
    _listen()
    _say()


def _listen() -> None:
    mine = laid()
    components.opened(full=mine.sheet is not None, most=MOST_BYTES, cleared=_clear, pasted=_paste)
    if mine.shown != mine.number:
        st.rerun(scope="app")


def offer() -> None:
    """A button that opens samples and pictures; whatever is opened runs the whole page."""
    popover = st.popover(
        "Open", type="tertiary", icon=":material/folder_open:", key="open", on_change="rerun"
    )
    if popover.open:
        with popover:
            _say()
            try:
                components.gallery(len(samples()), chosen=_choose)
            except AssetError as error:
                components.complaint(f"There are no sample digits: {error}.")
            st.file_uploader(
                f"Or a picture of {_model().subject}: upload it, or paste it anywhere on this page",
                type=SUFFIXES,
                max_upload_size=MEGABYTES,
                key=f"picture-{laid().number}",
                on_change=_upload,
            )
    _listen()


def _say() -> None:
    for sentence in laid().complaints:
        components.complaint(sentence)


def _model() -> Model:
    """The one that this visitor looks at."""
    return get_model(view().network)


def _clear() -> None:
    laid().lay(None)


def _choose() -> None:
    number = st.session_state["gallery"]["chosen"]
    if isinstance(number, int) and 0 <= number < len(samples()):
        _lay(samples()[number] / np.float32(255))


def _upload() -> None:
    file = st.session_state[f"picture-{laid().number}"]
    if file is None:
        laid().complaints = ()
    else:
        _open(file.getvalue(), f"The file {file.name}")


def _paste() -> None:
    picture = st.session_state["opened"]["pasted"]
    if not picture:
        _complain(f"The pasted picture is larger than {MEGABYTES} MB. Your drawing is kept.")
    else:
        _open(b64decode(picture), "The pasted picture")


def _open(data: bytes, name: str) -> None:
    try:
        ink = read_image(data, name)
    except InputError as error:
        _complain(f"{error}. Your drawing is kept.")
        return
    if ink.any():
        _lay(ink)
    else:
        _complain(f"{name} shows no {_model().noun}. Your drawing is kept.")


def _lay(ink: Float32Array) -> None:
    laid().lay(placed(ink))
    st.session_state["open"] = False


def _complain(*sentences: str) -> None:
    """In place of what was complained of before, until something is laid on the sheet."""
    laid().complaints = sentences
    st.session_state["open"] = True
