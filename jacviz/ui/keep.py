"""What a visitor can take away: numbers, pictures, and a program that gives them again."""

import io
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import partial

import numpy as np
import streamlit as st
from PIL import Image

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


File = Callable[[Frame, bytes, View], bytes]


def view() -> View:
    """This visitor's view: one object, so that a file shows the switches as they are when asked."""
    mine: View = st.session_state.setdefault("view", View())
    return mine


def offer(message: bytes | None) -> None:
    """A button with the files that can be saved, each made when its own button is pressed.

    The message is the drawing as the page sent it (see jacviz.live.drawing), None before the
    first one.
    """
    framed = None if message is None else frame(drawing.decode(message))
    with st.popover("Save", icon=":material/download:", key="save"):
        for label, file, name, mime, icon in FILES:
            data: Callable[[], bytes] | bytes = b""
            if message is not None and framed is not None and not framed.empty:
                data = partial(file, framed, message, view())
            st.download_button(
                label,
                data,
                file_name=name,
                mime=mime,
                icon=f":material/{icon}:",
                disabled=data == b"",
                on_click="ignore",
                key=name,
                width="stretch",
            )


def _numbers(framed: Frame, message: bytes, view: View) -> bytes:
    from jacviz.archive import archive

    return archive(framed, engine().sense(framed), view.space, source="a drawing", data=message)


def _picture(framed: Frame, _: bytes, view: View) -> bytes:
    from jacviz.sheet import draw_sheet

    sensed = engine().sense(framed)
    return _png(draw_sheet(framed.image, sensed, view.space, scale=view.scale))


def _vector(framed: Frame, _: bytes, view: View) -> bytes:
    from jacviz.vector import draw_vector

    sensed = engine().sense(framed)
    return draw_vector(sensed, view.space, scale=view.scale).encode()


def _frame(framed: Frame, _: bytes, __: View) -> bytes:
    return _png(Image.fromarray(np.rint(255 * framed.image).astype(np.uint8)))


def _script(_: Frame, message: bytes, view: View) -> bytes:
    from jacviz.script import script

    return script(drawing.decode(message), view.space).encode()


def _png(picture: Image.Image) -> bytes:
    file = io.BytesIO()
    picture.save(file, format="PNG")
    return file.getvalue()


FILES: tuple[tuple[str, File, str, str, str], ...] = (
    ("Save the numbers", _numbers, "jacviz.npz", "application/octet-stream", "data_array"),
    ("Save the picture", _picture, "jacviz.png", "image/png", "image"),
    ("Save it as SVG", _vector, "jacviz.svg", "image/svg+xml", "polyline"),
    ("Save the frame", _frame, "jacviz-frame.png", "image/png", "grid_on"),
    ("Save a script", _script, "jacviz_drawing.py", "text/x-python", "code"),
)
"""Each file's label, maker, name, type and icon."""
