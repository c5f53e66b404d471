"""The application: `streamlit run app.py`, `jacviz` and `uvicorn app:app` all start it.

A server imports this file and finds `app`; Streamlit then runs it again for every page run.
"""

import streamlit as st

from jacviz.app import asgi, navigation

if __name__ == "__main__":
    navigation.show()
else:
    app = st.App(
        __file__,
        routes=asgi.routes(),
        middleware=asgi.middleware(),
        lifespan=asgi.lifespan,
    )
