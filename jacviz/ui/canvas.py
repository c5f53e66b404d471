"""The sheet to draw on."""

import numpy as np
import streamlit as st
from numpy.typing import NDArray

SIDE = 392  # pixels: 14 for each pixel of the frame
PEN_WIDTHS = (8, 60)
PEN_WIDTH = 28


def canvas(pen_width: int) -> NDArray[np.float32]:
    """Show the sheet; the ink on it, (392, 392) in [0, 1]."""
    # The package registers its component when imported, which needs a running Streamlit.
    from streamlit_drawable_canvas import st_canvas

    with st.container(key="canvas", width=SIDE):
        drawing = st_canvas(
            stroke_width=pen_width,
            stroke_color="#000000",
            background_color="",
            height=SIDE,
            width=SIDE,
            return_image_data=True,
            key="drawing",
        )
    return ink_of(drawing.image_data)


def ink_of(rgba: NDArray[np.uint8] | None) -> NDArray[np.float32]:
    """The sheet is transparent and the pen opaque: ink is what covers the sheet."""
    if rgba is None:
        return np.zeros((SIDE, SIDE), dtype=np.float32)
    return np.divide(rgba[..., 3], 255, dtype=np.float32)
