"""The application: `streamlit run app.py`, `jacviz` and `uvicorn app:app` all start it.

A server imports this file and finds `app`; Streamlit then runs it again for every page run.
"""

import streamlit as st

from jacviz.ui import pages, server

if __name__ == "__main__":
    pages.show()
else:
    app = st.App(
        __file__,
        routes=server.routes(),
        middleware=server.middleware(),
        lifespan=server.lifespan,
    )
