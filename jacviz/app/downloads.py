"""Files to save: arrays, images, and a Python script that reproduces them."""

import io
from collections.abc import Callable
from functools import partial

import numpy as np
import streamlit as st
from PIL import Image

from jacviz.app import components
from jacviz.app.view import View
from jacviz.export import drawing_codec
from jacviz.preprocessing.frame import Frame
from jacviz.server.model_store import get_engine

Writer = Callable[[Frame, bytes, View], bytes]


def save_menu(drawing: tuple[bytes, View] | None) -> None:
    """Show a menu of files to save, each written when its own button is pressed.

    They show a drawing, as jacviz.export.drawing_codec encodes it, in a view. With None, the
    browser sends those on the page while the menu is open; the buttons are disabled until they have
    come.
    """
    popover = st.popover("Save", icon=":material/download:", key="save", on_change="rerun")
    if drawing is None and popover.open:
        drawing = components.current_drawing()
    empty = drawing is None or not drawing_codec.decode(drawing[0]).any()
    with popover, st.container(key="files"):
        for label, writer, name, mime, icon in FILES:
            data: Callable[[], bytes] | bytes = b""
            if drawing is not None and not empty:
                data = partial(_write, writer, *drawing)
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


def _write(writer: Writer, message: bytes, view: View) -> bytes:
    return writer(view.model.frame(drawing_codec.decode(message)), message, view)


def _npz(frame: Frame, message: bytes, view: View) -> bytes:
    from jacviz.export.npz import encode_npz

    engine = get_engine(view.network)
    return encode_npz(
        frame,
        engine.sensitivity(frame),
        view.space,
        engine.attribute(frame, view.space, view.method),
        source="a drawing",
        data=message,
        network=view.network,
    )


def _report_image(frame: Frame, _: bytes, view: View) -> bytes:
    from jacviz.export.png import draw_report

    engine = get_engine(view.network)
    report = draw_report(
        frame.image,
        engine.sensitivity(frame),
        view.space,
        engine.attribute(frame, view.space, view.method),
        scale=view.scale,
        network=view.network,
        labels=engine.model.labels,
    )
    return _png(report)


def _svg(frame: Frame, _: bytes, view: View) -> bytes:
    from jacviz.export.svg import draw_svg

    engine = get_engine(view.network)
    attribution = engine.attribute(frame, view.space, view.method)
    sensitivity = engine.sensitivity(frame)
    svg = draw_svg(
        sensitivity,
        view.space,
        attribution,
        scale=view.scale,
        network=view.network,
        labels=engine.model.labels,
    )
    return svg.encode()


def _frame_image(frame: Frame, _: bytes, __: View) -> bytes:
    return _png(Image.fromarray(np.rint(255 * frame.image).astype(np.uint8)))


def _script(_: Frame, message: bytes, view: View) -> bytes:
    from jacviz.export.script import script

    return script(drawing_codec.decode(message), view.space, view.network, view.method).encode()


def _png(image: Image.Image) -> bytes:
    file = io.BytesIO()
    image.save(file, format="PNG")
    return file.getvalue()


FILES: tuple[tuple[str, Writer, str, str, str], ...] = (
    ("Save the numbers", _npz, "jacviz.npz", "application/octet-stream", "data_array"),
    ("Save the picture", _report_image, "jacviz.png", "image/png", "image"),
    ("Save it as SVG", _svg, "jacviz.svg", "image/svg+xml", "polyline"),
    ("Save the frame", _frame_image, "jacviz-frame.png", "image/png", "grid_on"),
    ("Save a script", _script, "jacviz_drawing.py", "text/x-python", "code"),
)
"""Each file's label, writer, name, media type and icon."""
