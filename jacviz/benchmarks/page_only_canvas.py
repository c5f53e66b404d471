"""The least a page can be that is drawn on: the canvas alone.

A page of its own to measure jacviz' start against.
"""

import streamlit as st
from streamlit_drawable_canvas import st_canvas

with st.container(key="canvas"):
    st_canvas(height=392, width=392, update_streamlit=False, key="drawing")
