"""What a visitor can take away: the numbers, and the picture."""

import io
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import partial

import streamlit as st

from jacviz.framing import Frame, frame
from jacviz.live import drawing
from jacviz.live.engine import engine
from jacviz.spaces import Space
from jacviz.ui.components import Scale
from jacviz.ui.state import State, write


@dataclass
class View:
    """How one visitor looks at the maps now."""

    space: Space = "probability"
    scale: Scale = "shared"

    @property
    def query(self) -> str:
        """As in a link; its names are those of `State`."""
        return write(State(**asdict(self)))


def view() -> View:
    """This visitor's view: one object, so that a file shows the switches as they are when asked."""
    mine: View = st.session_state.setdefault("view", View())
    return mine


def offer(message: bytes | None) -> None:
    """Two buttons, whose files are made when they are pressed.

    The message is the drawing as the page sent it (see jacviz.live.drawing), None before the
    first one.
    """
    framed = None if message is None else frame(drawing.decode(message))
    numbers: Callable[[], bytes] | bytes = b""
    picture: Callable[[], bytes] | bytes = b""
    if message is not None and framed is not None and not framed.empty:
        numbers = partial(_numbers, framed, message, view())
        picture = partial(_picture, framed, view())
    _button("Save the numbers", numbers, "jacviz.npz", "application/octet-stream", "data_array")
    _button("Save the picture", picture, "jacviz.png", "image/png", "image")


def _button(label: str, data: Callable[[], bytes] | bytes, name: str, mime: str, icon: str) -> None:
    st.download_button(
        label,
        data,
        file_name=name,
        mime=mime,
        icon=f":material/{icon}:",
        disabled=data == b"",
        on_click="ignore",
        key=name,
    )


def _numbers(framed: Frame, message: bytes, view: View) -> bytes:
    from jacviz.archive import archive

    return archive(framed, engine().sense(framed), view.space, source="a drawing", data=message)


def _picture(framed: Frame, view: View) -> bytes:
    from jacviz.sheet import draw_sheet

    file = io.BytesIO()
    sensed = engine().sense(framed)
    draw_sheet(framed.image, sensed, view.space, scale=view.scale).save(file, format="PNG")
    return file.getvalue()
