"""The canvas to draw on."""

from typing import Any

import numpy as np
import streamlit as st

from jacviz.typing import UInt8Array

SIDE_PX = 392
"""Width and height of the canvas: 14 pixels for each pixel of the frame."""
PEN_WIDTH_RANGE_PX = (8, 60)
DEFAULT_PEN_WIDTH_PX = 28


def canvas(
    pen_width: int, *, send_drawing: bool, initial_drawing: dict[str, Any] | None = None
) -> UInt8Array:
    """Show the canvas with an initial drawing (see jacviz.app.canvas_image).

    Returns its ink, (392, 392) uint8. Only with `send_drawing` does the browser send it, once per
    finished stroke; otherwise the page's own script reads the canvas, and the ink here stays empty.
    """
    # The package registers its component when imported, which needs a running Streamlit.
    from streamlit_drawable_canvas import st_canvas

    with st.container(key="canvas", width=SIDE_PX):
        drawing = st_canvas(
            stroke_width=pen_width,
            stroke_color="#000000",
            background_color="",
            height=SIDE_PX,
            width=SIDE_PX,
            initial_drawing=initial_drawing,
            update_streamlit=send_drawing,
            return_image_data=send_drawing,
            key="drawing",
        )
    rgba = drawing.image_data if send_drawing else None
    # An opaque pen on a transparent canvas: alpha is ink.
    return np.zeros((SIDE_PX, SIDE_PX), dtype=np.uint8) if rgba is None else rgba[..., 3]
