"""The sheet to draw on."""

from typing import Any

import numpy as np
import streamlit as st

from jacviz.typing import UInt8Array

SIDE = 392  # pixels: 14 for each pixel of the frame
PEN_WIDTHS = (8, 60)
PEN_WIDTH = 28


def canvas(pen_width: int, *, follow: bool, initial: dict[str, Any] | None = None) -> UInt8Array:
    """Show the sheet, with what is `initial` on it (jacviz.app.canvas_image); its ink, (392, 392) uint8.

    Only where it is asked to `follow` does the sheet send its ink, once per finished stroke;
    otherwise the page's own script reads it and the ink here stays empty.
    """
    # The package registers its component when imported, which needs a running Streamlit.
    from streamlit_drawable_canvas import st_canvas

    with st.container(key="canvas", width=SIDE):
        drawing = st_canvas(
            stroke_width=pen_width,
            stroke_color="#000000",
            background_color="",
            height=SIDE,
            width=SIDE,
            initial_drawing=initial,
            update_streamlit=follow,
            return_image_data=follow,
            key="drawing",
        )
    rgba = drawing.image_data if follow else None
    # The sheet is transparent and the pen opaque: ink is what covers the sheet.
    return np.zeros((SIDE, SIDE), dtype=np.uint8) if rgba is None else rgba[..., 3]
