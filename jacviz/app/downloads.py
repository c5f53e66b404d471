"""What a visitor can take away: numbers, pictures, and a program that gives them again."""

import io
from collections.abc import Callable
from functools import partial

import numpy as np
import streamlit as st
from PIL import Image

from jacviz.app.view_controls import View, view
from jacviz.export import drawing_codec
from jacviz.models.registry import get_model
from jacviz.preprocessing.frame import Frame
from jacviz.server.model_store import engine

File = Callable[[Frame, bytes, View], bytes]


def offer(message: bytes | None) -> None:
    """A button with the files that can be saved, each made when its own button is pressed.

    The message is the drawing as the page sent it (see jacviz.export.drawing_codec), None before the
    first one.
    """
    # The buttons are the same whichever network is looked at; each file is framed for its own.
    empty = message is None or not drawing_codec.decode(message).any()
    with st.popover("Save", icon=":material/download:", key="save"):
        for label, file, name, mime, icon in FILES:
            data: Callable[[], bytes] | bytes = b""
            if message is not None and not empty:
                data = partial(_file, file, message, view())
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


def _file(file: File, message: bytes, view: View) -> bytes:
    return file(get_model(view.network).frame(drawing_codec.decode(message)), message, view)


def _numbers(framed: Frame, message: bytes, view: View) -> bytes:
    from jacviz.export.npz import encode_npz

    network = engine(view.network)
    return encode_npz(
        framed,
        network.sense(framed),
        view.space,
        network.attribute(framed, view.space, view.method),
        source="a drawing",
        data=message,
        network=view.network,
    )


def _picture(framed: Frame, _: bytes, view: View) -> bytes:
    from jacviz.export.png import draw_report

    network = engine(view.network)
    sheet = draw_report(
        framed.image,
        network.sense(framed),
        view.space,
        network.attribute(framed, view.space, view.method),
        scale=view.scale,
        network=view.network,
        labels=network.model.labels,
    )
    return _png(sheet)


def _vector(framed: Frame, _: bytes, view: View) -> bytes:
    from jacviz.export.svg import draw_svg

    network = engine(view.network)
    attribution = network.attribute(framed, view.space, view.method)
    sensed = network.sense(framed)
    vector = draw_svg(
        sensed,
        view.space,
        attribution,
        scale=view.scale,
        network=view.network,
        labels=network.model.labels,
    )
    return vector.encode()


def _frame(framed: Frame, _: bytes, __: View) -> bytes:
    return _png(Image.fromarray(np.rint(255 * framed.image).astype(np.uint8)))


def _script(_: Frame, message: bytes, view: View) -> bytes:
    from jacviz.export.script import script

    return script(drawing_codec.decode(message), view.space, view.network, view.method).encode()


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
