"""The page's own components: the ten maps, and what the network reads.

Their scripts are served once by jacviz.ui.server; only this one line travels with each update.
"""

import streamlit as st


def _loader(module: str) -> str:
    # Streamlit takes a single line for the name of a file.
    return (
        f'const url = new URL("jacviz/static/{module}.js", document.baseURI);\n'
        "const { default: mount } = await import(url);\n"
        "export default mount;\n"
    )


def maps(answer: bytes) -> None:
    """The ten maps of one answer (see jacviz.ui.wire), painted in place."""
    _mount("maps", data=answer)


def reading() -> None:
    """The frame and the probabilities of the answer that the maps show."""
    _mount("reading")


def _mount(name: str, data: bytes | None = None) -> None:
    component = st.components.v2.component(
        f"jacviz_{name}", js=_loader(name), html="", isolate_styles=False
    )
    component(data=data, key=name)
