"""The least a Streamlit page can do after a gesture: a fragment that rewrites one text.

An application of its own to measure jacviz against, served as jacviz is: small packets at once,
and a garbage collection after each run that has nothing old to look at.
"""

import gc

import streamlit as st


@st.fragment
def _count() -> None:
    st.button("Again", key="again")
    st.session_state.count = st.session_state.get("count", -1) + 1
    st.text(f"count {st.session_state.count}")


if __name__ == "__main__":
    _count()
else:
    app = st.App(__file__)
    gc.collect()
    gc.freeze()
